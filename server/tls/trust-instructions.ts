import { basename } from 'node:path'

/**
 * How to make browsers trust the development authority: two lines, for this machine and for phones.
 *
 * @param caPath path of the authority's certificate, `ca.pem`; never of its key.
 * @param address what to open on the phone, such as `https://192.168.1.20:2567`.
 * @param platform whose command to name; by default this machine's.
 */
export function trustInstructions({
  caPath,
  address,
  platform = process.platform,
}: {
  caPath: string
  address: string
  platform?: NodeJS.Platform
}): string {
  return [
    `Trust it on this machine: ${trustCommand(caPath, platform)}`,
    `Trust it on a phone: send it ${basename(caPath)} (mail, AirDrop, USB), install it as a CA certificate, open ${address}`,
  ].join('\n')
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
