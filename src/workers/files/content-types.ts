// The media type of a file: what the sender said, or else what the name suggests.
const BY_EXTENSION: Readonly<Record<string, string>> = {
  bin: "application/octet-stream",
  csv: "text/csv",
  gz: "application/gzip",
  json: "application/json",
  log: "text/plain",
  pcap: "application/vnd.tcpdump.pcap",
  pdf: "application/pdf",
  tar: "application/x-tar",
  tgz: "application/gzip",
  txt: "text/plain",
  xml: "application/xml",
  zip: "application/zip",
};

const OTHERWISE = "application/octet-stream";
const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}(\s*;\s*[\w-]{1,50}=[\w."+-]{1,100})*$/;
/** What clients say when nobody told them. */
const SAYS_NOTHING = /^(application\/(octet-stream|x-www-form-urlencoded)|multipart\/form-data)\b/i;

export function contentTypeOf(name: string, told: string | undefined): string {
  if (told !== undefined && MEDIA_TYPE.test(told) && !SAYS_NOTHING.test(told)) return told;
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return new Map(Object.entries(BY_EXTENSION)).get(extension) ?? OTHERWISE;
}
