// How a bill comes to its sum: its parts, and the periods that were billed.
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { type Format, useFormat } from "../../i18n/format";

type Cdr = Schemas["Cdr"];

const SECONDS_PER_HOUR = 3600;
/** In the order of an invoice. `volume`: what was counted, where something is. */
const PARTS = [
  { part: "fixed", cost: "totalFixedCost" },
  { part: "energy", cost: "totalEnergyCost", volume: "totalEnergy" },
  { part: "grid", cost: "totalGridCost" },
  { part: "export", cost: "totalExportCost", volume: "totalExportedEnergy" },
  { part: "time", cost: "totalTimeCost", volume: "totalTime" },
  { part: "parking", cost: "totalParkingCost", volume: "totalParkingTime" },
  { part: "reservation", cost: "totalReservationCost" },
] as const;

export function Bill({ cdr }: { cdr: Cdr }) {
  const { t } = useTranslation("money");
  const format = useFormat();
  const { currency, totalCost } = cdr;
  return (
    <>
      <Table.ScrollContainer minWidth={420}>
        <Table fz="sm" verticalSpacing={6} tabularNums>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("part")}</Table.Th>
              <Table.Th ta="end">{t("counted")}</Table.Th>
              <Table.Th ta="end">{t("exclVat")}</Table.Th>
              <Table.Th ta="end">{t("inclVat")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {PARTS.filter((row) => isWorthARow(cdr, row)).map((row) => (
              <Table.Tr key={row.part}>
                <Table.Td>{t(`parts.${row.part}`)}</Table.Td>
                <Table.Td ta="end">{"volume" in row ? amount(row.part, cdr[row.volume], format) : ""}</Table.Td>
                <Table.Td ta="end">{format.money(cdr[row.cost]?.exclVat, currency)}</Table.Td>
                <Table.Td ta="end">{format.money(cdr[row.cost]?.inclVat, currency)}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr fw={650}>
              <Table.Td>{t("total")}</Table.Td>
              <Table.Td />
              <Table.Td ta="end">{format.money(totalCost.exclVat, currency)}</Table.Td>
              <Table.Td ta="end">{format.money(totalCost.inclVat, currency)}</Table.Td>
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Periods cdr={cdr} />
    </>
  );
}

function Periods({ cdr: { chargingPeriods, currency } }: { cdr: Cdr }) {
  const { t } = useTranslation("money");
  const format = useFormat();
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table fz="sm" verticalSpacing={6} tabularNums>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("periodFrom")}</Table.Th>
            <Table.Th>{t("counted")}</Table.Th>
            <Table.Th>{t("tariff")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chargingPeriods.map(({ startDateTime, dimensions, gridPrice, tariffId }) => (
            <Table.Tr key={startDateTime}>
              <Table.Td>{format.time(startDateTime)}</Table.Td>
              <Table.Td>
                {dimensions
                  .map(({ type, volume }) => `${t(`dimensions.${type}`)} ${volumeOf(type, volume, format)}`)
                  .join(" · ")}
              </Table.Td>
              <Table.Td>
                {tariffId ?? "–"}
                {gridPrice !== undefined && ` · ${t("gridPrice", { price: format.price(gridPrice, currency) })}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What was neither counted nor charged is left out. */
function isWorthARow(cdr: Cdr, row: (typeof PARTS)[number]): boolean {
  return (
    (cdr[row.cost]?.exclVat ?? 0) !== 0 || ("volume" in row && cdr[row.volume] !== 0 && cdr[row.volume] !== undefined)
  );
}

function amount(part: "energy" | "export" | "time" | "parking", volume: number | undefined, format: Format): string {
  return part === "energy" || part === "export" ? kWh(volume, format) : hours(volume, format);
}

const volumeOf = (type: string, volume: number, format: Format): string =>
  type.startsWith("ENERGY") ? kWh(volume, format) : hours(volume, format);

const kWh = (volume: number | undefined, format: Format): string => `${format.number(volume, 3)} kWh`;

const hours = (volume: number | undefined, format: Format): string =>
  format.duration(volume === undefined ? null : volume * SECONDS_PER_HOUR);
