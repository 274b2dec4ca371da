import { basename } from 'node:path'

/**
 * How to make browsers trust the development authority: a line for this machine, and one for phones.
 *
 * @param caPath path of the authority's certificate, `ca.pem`; never of its key.
 * @param address what to open on the phone, such as `https://192.168.1.20:2567`; none where no phone gets through.
 * @param platform whose command to name; by default this machine's.
 */
export function trustInstructions({
  caPath,
  address,
  platform = process.platform,
}: {
  caPath: string
  address?: string | undefined
  platform?: NodeJS.Platform
}): string {
  const here = `Trust it on this machine: ${trustCommand(caPath, platform)}`
  if (address === undefined) return here
  const file = basename(caPath)
  return `${here}\nTrust it on a phone: send it ${file} (mail, AirDrop, USB), install it as a CA certificate, open ${address}`
}

function trustCommand(caPath: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return `certutil -user -addstore Root "${caPath}"`
  const path = shellQuote(caPath)
  if (platform === 'darwin') {
    return `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${path}`
  }
  // The folder is missing until a browser first ran, and a name that another certificate has would be refused.
  const name = 'Fairground-$(date +%s)'
  return `mkdir -p $HOME/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ${name} -i ${path}`
}

function shellQuote(text: string): string {
  return /^[\w/.@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
