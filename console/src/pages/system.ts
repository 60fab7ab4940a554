import type { PageRow } from "./page-row";

export const SYSTEM: readonly PageRow[] = [];
