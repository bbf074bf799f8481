internal import AccessControl
internal import BoundedJSON
internal import CampaignRules
internal import HTTPTypes
internal import Hummingbird
internal import Merchants
internal import MessageModel
internal import PaymentEntry
internal import RiskRules
internal import TradeBill

/// An error of the operator's API: `{"error":{"code":"…","message":"…"}}`. A code is never reused for something else.
struct ConsoleError: Error, HTTPResponseError {
    let status: HTTPResponse.Status
    /// One of a bounded set, for programs.
    let code: String
    /// What was wrong and what is allowed, for people.
    let message: String

    static func unauthorized(_ role: AccessRole) -> ConsoleError {
        ConsoleError(
            status: .unauthorized, code: "unauthorized",
            message: "a bearer token of the role \(role.rawValue) is needed")
    }
    static let verifyRunning = ConsoleError(
        status: .conflict, code: "verify_running", message: "a verification runs already; wait for its answer")

    static let tooLarge = ConsoleError(
        status: .contentTooLarge, code: "too_large",
        message: "at most \(ConsoleLimits.bodyByteCountMax) bytes of body are allowed")

    static func notFound(_ message: String) -> ConsoleError {
        ConsoleError(status: .notFound, code: "not_found", message: message)
    }

    static func badRequest(_ message: String) -> ConsoleError {
        ConsoleError(status: .badRequest, code: "bad_request", message: message)
    }

    /// What any error of a route means to the caller.
    init(_ error: any Error) {
        switch error {
        case let error as ConsoleError: self = error
        case let error as MerchantError: self.init(error)
        case let error as RestrictionError: self.init(error)
        case let error as BrokerError: self.init(error)
        case let error as CampaignError: self.init(error)
        case let error as RiskDeskError: self.init(error)
        case let error as RecoveryDeskError: self.init(error)
        case let error as ReconciliationDeskError: self.init(error)
        case let error as HTTPError: self.init(http: error)
        default: self.init(status: .internalServerError, code: "internal", message: "the request failed; see the log")
        }
    }

    func response(from request: Request, context: some RequestContext) throws -> Response { response }

    var response: Response {
        JSONAnswer(status) { writer in
            writer.key("error")
            writer.beginObject()
            writer.member("code", code)
            writer.member("message", message)
            writer.endObject()
        }.response
    }

    private init(status: HTTPResponse.Status, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    private init(_ error: MerchantError) {
        switch error {
        case .malformed, .invalid: self = .badRequest(error.description)
        case .tooManyMerchants:
            self.init(status: .conflict, code: "too_many_merchants", message: error.description)
        case .overloaded: self.init(status: .serviceUnavailable, code: "overloaded", message: error.description)
        case .store(let reason): self.init(reason)
        }
    }

    private init(_ error: RestrictionError) {
        switch error {
        case .malformed, .invalid: self = .badRequest(error.description)
        case .caseDiffers: self.init(status: .conflict, code: "case_differs", message: error.description)
        case .stateDiffers: self.init(status: .conflict, code: "state_differs", message: error.description)
        case .tooManyCases: self.init(status: .conflict, code: "too_many_cases", message: error.description)
        case .overloaded: self.init(status: .serviceUnavailable, code: "overloaded", message: error.description)
        case .store(let reason): self.init(reason)
        }
    }

    private init(_ error: BrokerError) {
        switch error {
        case .overloaded, .storeFull, .outcomeUnknown, .closed, .cancelled:
            self.init(status: .serviceUnavailable, code: "store_unavailable", message: error.description)
        case .corrupted:
            self.init(status: .internalServerError, code: "corrupted", message: error.description)
        default: self.init(status: .internalServerError, code: "store_failed", message: error.description)
        }
    }

    private init(_ error: CampaignError) {
        switch error {
        case .malformed, .invalid, .unknownMember: self = .badRequest(error.description)
        case .tooMany: self.init(status: .conflict, code: "too_many", message: error.description)
        case .budgetBelowGranted:
            self.init(status: .conflict, code: "budget_below_granted", message: error.description)
        case .otherKind: self.init(status: .conflict, code: "other_kind", message: error.description)
        case .notFound: self = .notFound(error.description)
        case .overloaded: self.init(status: .serviceUnavailable, code: "overloaded", message: error.description)
        case .damaged: self.init(status: .internalServerError, code: "corrupted", message: error.description)
        case .store: self.init(status: .serviceUnavailable, code: "store_unavailable", message: error.description)
        }
    }

    private init(_ error: RiskDeskError) {
        switch error {
        case .rules: self.init(status: .badRequest, code: "bad_rules", message: error.description)
        case .overloaded: self.init(status: .serviceUnavailable, code: "overloaded", message: error.description)
        case .store: self.init(status: .serviceUnavailable, code: "store_unavailable", message: error.description)
        }
    }

    private init(_ error: RecoveryDeskError) {
        switch error {
        case .badNumber: self = .badRequest(error.description)
        case .overloaded: self.init(status: .serviceUnavailable, code: "overloaded", message: error.description)
        case .platform: self.init(status: .badGateway, code: "platform_failed", message: error.description)
        }
    }

    private init(_ error: ReconciliationDeskError) {
        switch error {
        case .busy: self.init(status: .conflict, code: "reconciliation_running", message: error.description)
        case .noBill: self.init(status: .conflict, code: "no_bill", message: error.description)
        case .invalid: self = .badRequest(error.description)
        case .tooLarge: self.init(status: .contentTooLarge, code: "too_large", message: error.description)
        case .unavailable:
            self.init(status: .serviceUnavailable, code: "reconciliation_unavailable", message: error.description)
        }
    }

    private init(http error: HTTPError) {
        switch error.status {
        case .notFound: self = .notFound("no such path; the API is under /admin/v1")
        case .contentTooLarge: self = .tooLarge
        default: self.init(status: error.status, code: "bad_request", message: error.body ?? error.status.reasonPhrase)
        }
    }
}
