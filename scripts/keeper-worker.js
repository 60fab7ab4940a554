// Runs beside our Worker in a local start and does what the platform does elsewhere: migrations and the cron. Plain
// JavaScript, so that it needs no build. Whoever knows the token may ask.
export default {
  async fetch(request, env) {
    if (request.headers.get("authorization") !== `Bearer ${env.TOKEN}`) return new Response(null, { status: 404 });
    const { batches, cron } = await request.json();
    if (cron !== undefined) return Response.json(await env.WORKER.scheduled({ cron }));
    const results = [];
    for (const batch of batches) {
      const done = await env.DB.batch(batch.map(({ sql, values }) => env.DB.prepare(sql).bind(...values)));
      results.push(done.map((one) => one.results));
    }
    return Response.json(results);
  },
};
