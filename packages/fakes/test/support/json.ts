/** The JSON of an answer, in the shape that the test expects it to have. */
export async function json<Shape>(answer: Response | Promise<Response>): Promise<Shape> {
  return JSON.parse(await (await answer).text())
}
