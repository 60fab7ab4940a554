/** Services beside charging: a battery swap, gone through as a swap station would, and a payment by web page. */
import { type Context, tell21 } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";

const SWAP_MS = 5_000;
const OLD_SOC = 12;
const NEW_SOC = 96;

export function serviceHandlers(context: Context): Handlers21 {
  const { station, timers, log } = context;

  async function swap({ idToken, requestId }: v21.RequestBatterySwapRequest): Promise<void> {
    const battery = (soC: number): v21.BatteryDataType[] => [
      { evseId: 1, serialNumber: `BATTERY-${soC}`, soC, soH: 95 },
    ];
    await tell21(context, "BatterySwap", { eventType: "BatteryIn", idToken, requestId, batteryData: battery(OLD_SOC) });
    await timers.wait(SWAP_MS);
    await tell21(context, "BatterySwap", {
      eventType: "BatteryOut",
      idToken,
      requestId,
      batteryData: battery(NEW_SOC),
    });
  }

  return {
    RequestBatterySwap: (request) => ({ response: { status: "Accepted" }, after: () => void swap(request) }),
    NotifyWebPaymentStarted({ evseId, timeout }) {
      log(`display: EVSE ${evseId} waits ${timeout} s for a payment by web page`);
      timers.after(timeout * 1000, () => {
        if (!station.find(evseId)?.transaction) log(`display: EVSE ${evseId} waits no longer for a payment`);
      });
      return { response: {} };
    },
  };
}
