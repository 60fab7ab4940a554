// Chooses where the map's pictures come from.
import { Button, Popover, Stack, Text, TextInput } from "@mantine/core";
import { IconMap2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { OPEN_STREET_MAP, useTileAddress } from "./tiles";

export function TileChoice() {
  const { t } = useTranslation("map");
  const [address, setAddress] = useTileAddress();
  return (
    <Popover width={360} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconMap2 size={16} />}>
          {t("tiles")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="sm">{t("tilesAbout")}</Text>
          <TextInput
            label={t("tilesAddress")}
            placeholder="https://…/{z}/{x}/{y}.png"
            value={address}
            onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          <Button size="xs" variant="light" onClick={() => setAddress(OPEN_STREET_MAP)}>
            {t("openStreetMap")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAddress("")}>
            {t("noTiles")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
