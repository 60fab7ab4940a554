/** OCPP 2.1: the blocks of 2.0.1 in another dialect, and what only 2.1 has. */
import type { Protocol } from "./driver.ts";
import { derHandlers } from "./v21/der.ts";
import { createDialect } from "./v21/dialect.ts";
import { createSchedules } from "./v21/schedules.ts";
import { serviceHandlers } from "./v21/services.ts";
import { createStreams } from "./v21/streams.ts";
import { TariffBook, tariffHandlers } from "./v21/tariffs.ts";
import { createV2x } from "./v21/v2x.ts";
import { createDriver, ERROR_CODES, type Extend } from "./v201.ts";

export const v21: Protocol = {
  subprotocol: "ocpp2.1",
  errorCodes: ERROR_CODES,
  createDriver(host) {
    const book = new TariffBook();
    return createDriver(
      host,
      createDialect((transaction) => book.of(transaction)),
      extendWith(book),
    );
  },
};

function extendWith(book: TariffBook): Extend {
  return (context, shared) => {
    const v2x = createV2x(context, shared);
    const schedules = createSchedules(context, shared);
    const streams = createStreams(context);
    return {
      streams: streams.sink,
      starting: (transaction) => book.begin(transaction, shared.authorization.answers.get(transaction.idToken)?.tariff),
      started: v2x.started,
      changed: schedules.changed,
      handlers: {
        ...v2x.handlers,
        ...schedules.handlers,
        ...streams.handlers,
        ...derHandlers(context),
        ...tariffHandlers(context, shared, book),
        ...serviceHandlers(context),
      },
    };
  };
}
