// Curves over time: power, current, voltage, state of charge, prices. Each series has a scale by its unit.
import { Box, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { localeOf } from "../i18n/format";

export interface Series {
  label: string;
  /** e.g. kW, A, V, %. Series of one unit share a scale. */
  unit: string;
  /** As long as `times`; null: nothing was measured then. */
  values: readonly (number | null)[];
  colour?: string;
  /** The value holds until the next one, as limits and prices do. */
  isStepped?: boolean;
}

interface CurveProps {
  /** What it shows, for those who do not see it. */
  label: string;
  /** Epoch milliseconds, ascending. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
}

const COLOURS = ["#0f9d8a", "#3b82f6", "#f59e0b", "#a855f7", "#ef4444", "#64748b"];

export function Curve({ label, times, series, height = 260 }: CurveProps) {
  const { i18n } = useTranslation();
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const scheme = useComputedColorScheme("light");
  const data = useMemo<uPlot.AlignedData>(
    () => [times.map((at) => at / 1000), ...series.map(({ values }) => [...values])],
    [times, series],
  );
  // The plot is made anew when its form changes, not with each new value.
  const form = JSON.stringify(series.map(({ label, unit, colour, isStepped }) => [label, unit, colour, isStepped]));

  // `form` stands for the series; values come by setData.
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const made = new uPlot(
      options({ series, width, height, isDark: scheme === "dark", locale: localeOf(i18n.language) }),
      data,
      canvas.current,
    );
    plot.current = made;
    return () => made.destroy();
  }, [form, width, height, scheme, i18n.language]);

  useEffect(() => plot.current?.setData(data), [data]);

  return (
    <Box ref={ref} role="img" aria-label={label} mih={height}>
      <div ref={canvas} />
    </Box>
  );
}

interface Look {
  series: readonly Series[];
  width: number;
  height: number;
  isDark: boolean;
  locale: string;
}

function options({ series, width, height, isDark, locale }: Look): uPlot.Options {
  const ink = isDark ? "#c9c9c9" : "#495057";
  const grid = { stroke: isDark ? "#ffffff14" : "#00000012", width: 1 };
  const units = [...new Set(series.map(({ unit }) => unit))];
  return {
    width,
    // The legend has a line of its own below.
    height: height - 34,
    cursor: { drag: { x: true, y: false } },
    series: [
      { value: (_plot: uPlot, at: number | null) => (at === null ? "–" : clock(locale, 0)(at)) },
      ...series.map(({ label, unit, colour, isStepped }, index) => ({
        label,
        scale: unit,
        stroke: colour ?? COLOURS[index % COLOURS.length] ?? ink,
        width: 1.75,
        // A gap in measurements is nothing; where no limit is, none may be drawn.
        spanGaps: isStepped !== true,
        points: { show: false },
        value: (_plot: uPlot, value: number | null) => (value === null ? "–" : `${round(value)} ${unit}`),
        ...(isStepped && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      })),
    ],
    axes: [
      {
        stroke: ink,
        grid,
        values: (_plot: uPlot, at: number[], _axis: number, _space: number, step: number) =>
          at.map(clock(locale, step)),
      },
      ...units.slice(0, 2).map((unit, index) => ({
        scale: unit,
        label: unit,
        stroke: ink,
        size: 52,
        labelSize: 18,
        side: index === 0 ? (3 as const) : (1 as const),
        grid: index === 0 ? grid : { show: false },
      })),
    ],
  };
}

const DAY_SECONDS = 86_400;

/** @param step seconds from one to the next: 0 says all, a day and more the date alone, less than a minute the second */
function clock(locale: string, step: number): (at: number) => string {
  const minute: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const time: Intl.DateTimeFormatOptions = step < 60 ? { ...minute, second: "2-digit" } : minute;
  const date: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const format = new Intl.DateTimeFormat(locale, step === 0 ? { ...date, ...time } : step < DAY_SECONDS ? time : date);
  return (at) => format.format(new Date(at * 1000));
}

const round = (value: number): number => Math.round(value * 100) / 100;
