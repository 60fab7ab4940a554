// Security of the fleet: events that chargers told, requests for certificates, and the roots that are kept here.
import { Button, Tabs } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { fetchRaw } from "../../api/client";
import { useFilters } from "../../ui/filters";
import { notifyFailure } from "../../ui/notify";
import { Page } from "../../ui/page";
import { saveAs } from "../../ui/save-as";
import { CertificateRequests } from "./certificate-requests";
import { Certificates } from "./certificates";
import { SecurityEvents } from "./security-events";

const TABS = { events: SecurityEvents, requests: CertificateRequests, roots: Certificates };

export default function Security() {
  const { t } = useTranslation("security");
  const { t: common } = useTranslation();
  const [{ tab = "events" }, change] = useFilters(["tab"]);
  const saveRoot = async (): Promise<void> => {
    const response = await fetchRaw("/api/certificate-authority/root.pem");
    saveAs(await response.blob(), "ov2x-edge-root.pem");
  };
  return (
    <Page
      title={common("pages.security")}
      about={t("about")}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => void saveRoot().catch(notifyFailure)}
        >
          {t("ownRoot")}
        </Button>
      }
    >
      <Tabs value={tab} onChange={(tab) => change({ tab })} keepMounted={false}>
        <Tabs.List mb="md">
          {Object.keys(TABS).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(TABS).map(([name, Content]) => (
          <Tabs.Panel key={name} value={name}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
