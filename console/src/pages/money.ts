import type { PageRow } from "./page-row";

export const MONEY: readonly PageRow[] = [];
