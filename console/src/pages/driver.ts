import type { PageRow } from "./page-row";

export const DRIVER: readonly PageRow[] = [];
