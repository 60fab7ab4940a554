// A line chart as SVG: axes, a legend, no library, readable on light and on dark.
import { type Chart, spell } from "./lines.ts";

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 80;
const RIGHT = 160;
const TOP = 46;
const BOTTOM = 60;
const COLOURS = ["#2563eb", "#ea580c", "#16a34a", "#9333ea", "#0891b2", "#be123c"];
const TICKS = 5;

export function svg({ title, x, y, series }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const maxX = Math.max(1e-9, ...points.map(([at]) => at));
  const maxY = Math.max(1e-9, ...points.map(([, value]) => value)) * 1.08;
  const toX = (value: number) => round(LEFT + (value / maxX) * (WIDTH - LEFT - RIGHT));
  const toY = (value: number) => round(HEIGHT - BOTTOM - (value / maxY) * (HEIGHT - TOP - BOTTOM));
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  const text = (at: [number, number], content: string, extra = "") =>
    `<text x="${at[0]}" y="${at[1]}" ${extra}>${escapeXml(content)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#6b7280">`,
    text([LEFT, 24], title, 'font-size="15" font-weight="600"'),
    ...ticks.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(tick * maxY)}" y2="${toY(tick * maxY)}" stroke="#9ca3af" stroke-opacity="0.3"/>`,
      text([LEFT - 8, toY(tick * maxY) + 4], spell(tick * maxY), 'text-anchor="end"'),
      text([toX(tick * maxX), HEIGHT - BOTTOM + 20], spell(tick * maxX), 'text-anchor="middle"'),
    ]),
    text([LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 14], x, 'text-anchor="middle"'),
    text(
      [16, TOP + (HEIGHT - TOP - BOTTOM) / 2],
      y,
      `text-anchor="middle" transform="rotate(-90 16 ${TOP + (HEIGHT - TOP - BOTTOM) / 2})"`,
    ),
    ...series.flatMap(({ name, points: own }, index) => {
      const colour = COLOURS[index % COLOURS.length] ?? "#000";
      const path = own.map(([at, value]) => `${toX(at)},${toY(value)}`).join(" ");
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...own.map(([at, value]) => `<circle cx="${toX(at)}" cy="${toY(value)}" r="3" fill="${colour}"/>`),
        text([WIDTH - RIGHT + 14, TOP + 16 + index * 20], name, `fill="${colour}"`),
      ];
    }),
    "</svg>\n",
  ].join("\n");
}

const round = (value: number) => Math.round(value * 10) / 10;
const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
