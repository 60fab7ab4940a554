// /http: where chargers bring and fetch files. Outside the REST API: other credentials, and bodies of any size.
import { audit } from "../audit.ts";
import { createRouter } from "../router.ts";
import { bridge } from "./bridge.ts";
import { describeDoors } from "./docs.ts";
import { download } from "./download.ts";
import { resumableUploads } from "./resumable.ts";
import { upload } from "./upload.ts";

export const fileDoors = createRouter();

// Chargers' uploads are rows of their own; only what people do here is for the audit log.
fileDoors.use(audit());
fileDoors.on(["POST", "PUT"], ["/upload", "/upload/*"], upload);
fileDoors.get("/files/*", download);
fileDoors.route("/uploads", resumableUploads);
fileDoors.route("/bridge", bridge);
describeDoors(fileDoors);
