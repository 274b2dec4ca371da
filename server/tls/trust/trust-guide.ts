import { shellQuote } from './programs.ts'

/** What a person may want to trust the development authority on. */
export const TRUST_TARGETS = ['ios', 'android', 'macos', 'windows', 'linux', 'firefox'] as const
export type TrustTarget = (typeof TRUST_TARGETS)[number]

/** Path of the page that a development server has for this. */
export const CA_PAGE = '/ca'

/** What can be downloaded there, by form. */
export const CA_FILES = {
  der: 'fairground-ca.crt',
  pem: 'fairground-ca.pem',
  apple: 'fairground-ca.mobileconfig',
} as const

/** How to trust the development authority by hand: the one place of these words. */
export interface TrustGuide {
  readonly title: string
  /** One thing to do each, in order; they begin with the file on the device. */
  readonly steps: readonly string[]
  /** For a terminal, in place of the steps. */
  readonly command?: string
  /** How to end it again. */
  readonly undo: string
}

interface Where {
  /** Where the authority's certificate, `ca.pem`, is on that machine; never its key. */
  readonly caPath: string
  /** The authority's own name, as the device will show it. */
  readonly name: string
}

const GUIDES: Readonly<Record<TrustTarget, (where: Where) => TrustGuide>> = {
  ios: ({ name }) => ({
    title: 'iPhone and iPad',
    steps: [
      'Open the profile in Safari and allow the download.',
      'Settings → Profile Downloaded → Install. It says "Not Signed", because it comes from your own machine.',
      `Settings → General → About → Certificate Trust Settings → switch "${name}" on.`,
    ],
    undo: 'Settings → General → VPN & Device Management → the profile → Remove Profile.',
  }),
  android: ({ name }) => ({
    title: 'Android',
    steps: [
      'Download the certificate.',
      'Settings → Security → Encryption & credentials → Install a certificate → CA certificate → Install anyway. ' +
        'The words differ between makers; searching the settings for "CA certificate" finds it.',
      'Choose the downloaded file, and close Chrome and open it again.',
    ],
    undo: `Settings → Security → Encryption & credentials → Trusted credentials → User → "${name}" → Remove.`,
  }),
  macos: ({ caPath, name }) => ({
    title: 'macOS: Safari, Chrome, Edge, Firefox',
    steps: ['Run the command in Terminal and give your password.', 'Close the browser and open it again.'],
    command: `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${shellPath(caPath)}`,
    undo: `Keychain Access → login → Certificates → "${name}" → Delete.`,
  }),
  windows: ({ caPath, name }) => ({
    title: 'Windows: Edge, Chrome, Firefox',
    steps: ['Run the command in a Command Prompt and say Yes.', 'Close the browser and open it again.'],
    command: `certutil -user -addstore Root "${caPath}"`,
    undo: `certutil -user -delstore Root "${name}"`,
  }),
  linux: ({ caPath }) => ({
    title: 'Linux: Chromium, Chrome, Edge',
    steps: [
      'Run the command. certutil is in libnss3-tools (Debian, Ubuntu) or nss-tools (Fedora).',
      'Close the browser and open it again.',
    ],
    // The folder is missing until a browser first ran, and a name that another certificate has would be refused.
    command: `mkdir -p $HOME/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Fairground-$(date +%s) -i ${shellPath(caPath)}`,
    undo: 'Settings → Privacy and security → Security → Manage certificates → delete it there.',
  }),
  firefox: ({ name }) => ({
    title: 'Firefox with certificates of its own (Linux)',
    steps: [
      'Settings → Privacy & Security → Certificates → View Certificates → Authorities → Import.',
      'Choose the file, and trust it for web sites.',
    ],
    undo: `In the same list: "${name}" → Delete or Distrust.`,
  }),
}

/** What to do on such a device. */
export function trustGuide(target: TrustTarget, where: Where): TrustGuide {
  return GUIDES[target](where)
}

/** The guide for the machine this process runs on. */
export function ownTarget(platform: NodeJS.Platform = process.platform): TrustTarget {
  return platform === 'darwin' ? 'macos' : platform === 'win32' ? 'windows' : 'linux'
}

/** A home folder written as `~` must stay bare for the shell to know it. */
function shellPath(path: string): string {
  return /^~[\w/.@+-]+$/.test(path) ? path : shellQuote(path)
}
