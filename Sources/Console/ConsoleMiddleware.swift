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

/// Lets in who has a token of the role, operators always, and nobody else.
struct RoleOnly: RouterMiddleware {
    typealias Context = BasicRequestContext

    let role: AccessRole
    let tokens: AccessTokens

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = request.headers[values: .authorization]
        guard given.count == 1, tokens.allows(role, authorization: given.first) else {
            throw ConsoleError.unauthorized(role)
        }
        return try await next(request, context)
    }
}
