import type { PageRow } from "./page-row";

export const CHARGING: readonly PageRow[] = [];
