// The Worker must stay below 1 MB gzip: start-up time is a charger's waiting time.
import { gzipSync } from "node:zlib";
import { bundleWorker } from "./bundle.ts";

const LIMIT_BYTES = 1_000_000;

const { text: bundle } = await bundleWorker();
const gzip = gzipSync(bundle).length;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
console.log(`Worker bundle: ${kilobytes(bundle.length)}, gzip ${kilobytes(gzip)} (limit ${kilobytes(LIMIT_BYTES)})`);
if (gzip > LIMIT_BYTES) process.exit(1);
