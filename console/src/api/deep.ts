// Lists that somebody has scrolled far down. What is invalidated is read again page by page, all that are loaded: of a
// list of a hundred thousand rows a thousand requests, each time that something happens in the fleet. Such a list rests
// until it is short again, and its table says so.

/** 1,000 rows. */
const MAX_FRESH_PAGES = 10;

interface Pages {
  pages: unknown[];
  pageParams: unknown[];
}

export const isDeep = (data: unknown): data is Pages => isPaged(data) && data.pages.length > MAX_FRESH_PAGES;

/** Its first page alone. */
export const shorten = <Data>(data: Data): Data =>
  isPaged(data) ? { ...data, pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data;

const isPaged = (data: unknown): data is Pages =>
  typeof data === "object" && data !== null && "pages" in data && Array.isArray(data.pages) && "pageParams" in data;
