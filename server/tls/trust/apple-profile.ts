import type { X509Certificate } from 'node:crypto'
import { authorityName } from './trust-place.ts'

const KIND = 'com.apple.security.root'

/**
 * A configuration profile by which iPhones and iPads take up the authority: the certificate and nothing else. Its
 * identifiers come from the fingerprint, so a profile that is opened twice replaces itself.
 */
export function appleProfile(certificate: X509Certificate): string {
  const name = escapeXml(authorityName(certificate))
  const hex = certificate.fingerprint256.replaceAll(':', '')
  const identifier = `fairground.development-ca.${hex.slice(0, 16).toLowerCase()}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${identifier}</string>
  <key>PayloadUUID</key><string>${uuid(hex.slice(0, 32))}</string>
  <key>PayloadDisplayName</key><string>${name}</string>
  <key>PayloadDescription</key><string>Lets this device trust game servers under development in the local network.</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>${KIND}</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${identifier}.root</string>
      <key>PayloadUUID</key><string>${uuid(hex.slice(32))}</string>
      <key>PayloadDisplayName</key><string>${name}</string>
      <key>PayloadCertificateFileName</key><string>fairground-ca.cer</string>
      <key>PayloadContent</key><data>${certificate.raw.toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
