import type { ErrorRequestHandler, Response } from 'express'

/** A last stop for thrown errors. An answer that has begun cannot be taken back: Express closes its connection. */
export const answerErrors =
  (reply: (res: Response, error: unknown) => void): ErrorRequestHandler =>
  // oxlint-disable-next-line max-params -- Express knows an error route by its four parameters.
  (error: unknown, _req, res, next) => {
    if (res.headersSent) next(error)
    else reply(res, error)
  }
