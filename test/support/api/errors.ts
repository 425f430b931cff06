/** The error types of the documented table (Messages API, errors). */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "api_error"
  | "timeout_error"
  | "overloaded_error";

/** An answer other than 2xx, thrown from wherever the request turns out to be wrong. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    message: string,
    /** `error.details`, for example `{ error_code: "image_dimensions_too_large" }`. */
    readonly details?: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A 400 about the request; `message` begins with the path of the field where the API's does. */
export function invalid(message: string, details?: Readonly<Record<string, unknown>>): ApiError {
  return new ApiError(400, "invalid_request_error", message, details);
}

export function notFound(message: string): ApiError {
  return new ApiError(404, "not_found_error", message);
}

export interface ErrorBody {
  readonly type: "error";
  readonly error: { readonly type: ErrorType; readonly message: string; readonly details?: unknown };
  readonly request_id: string;
}

export function errorBody(error: ApiError, requestId: string): ErrorBody {
  const { type, message, details } = error;
  return { type: "error", error: { type, message, ...(details && { details }) }, request_id: requestId };
}
