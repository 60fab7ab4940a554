// A bill by its id, within another page.
import { $api } from "../../api/client";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { Bill } from "./bill";

export function BillOf({ id }: { id: string }) {
  const { data, error, refetch } = $api.useQuery("get", "/api/cdrs/{id}", { params: { path: { id } } });
  if (data === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;
  return <Bill cdr={data} />;
}
