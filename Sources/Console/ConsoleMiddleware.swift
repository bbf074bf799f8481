internal import AccessControl
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Turns every error into the API's own form; logs those that are ours.
struct ErrorForm: RouterMiddleware {
    typealias Context = BasicRequestContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let known = ConsoleError(error)
            if known.status.kind == .serverError {
                context.logger.error("request failed", metadata: ["code": "\(known.code)", "reason": "\(error)"])
            }
            return known.response
        }
    }
}

/// Lets operators in and nobody else.
struct OperatorOnly: RouterMiddleware {
    typealias Context = BasicRequestContext

    let tokens: AccessTokens

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = request.headers[values: .authorization]
        guard given.count == 1, tokens.allows(.operator, authorization: given.first) else {
            throw ConsoleError.unauthorized
        }
        return try await next(request, context)
    }
}
