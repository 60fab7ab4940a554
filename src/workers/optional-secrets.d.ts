// Secrets that a deployment may do without: wrangler.toml can only list those that are required.
interface Env {
  /** Bearer token for CERTIFICATE_AUTHORITY_URL. */
  CERTIFICATE_AUTHORITY_TOKEN?: string;
  /** Bearer token for ISO15118_PROVIDER_URL. */
  ISO15118_PROVIDER_TOKEN?: string;
  /** Bearer token of the FTP bridge; without one there is no bridge. */
  FTP_BRIDGE_TOKEN?: string;
  /** The mail service's key, or the password of the SMTP user. */
  MAIL_TOKEN?: string;
  /** A local start's folder of mails: where MAIL_PROVIDER is `outbox`. */
  MAIL_OUTBOX?: Fetcher;
}
