internal import BoundedJSON

/// A request of API 3.0: action, parameters and who claims to have signed it. Nothing of it was verified.
///
/// To serve one: check ``identity`` with ``TC3Signature`` or ``API2Signing`` (style `api3`), then ``call()``, then ``API3Answer``.
public struct API3Request: Sendable {
    /// Who asks.
    public enum Identity: Sendable, Hashable {
        /// Signed in header fields, over the body.
        case tc3(TC3Signature)
        /// Signed among the parameters, as in API 2.0; the form is ``API3Request/form``.
        case form(CMQSignature)
    }

    /// Where the parameters stand.
    enum Source: Sendable {
        case form(CMQForm)
        case json(JSONValue)
    }

    /// Versions of the interface that are served: the present one, and that of the older service.
    public static let versions = ["2020-02-17", "2019-03-04"]

    /// What is asked.
    public let action: API3Action
    /// Who asks.
    public let identity: Identity
    /// The client's own name for itself, for logs and metrics; empty where there is none.
    public let requestClient: String
    let source: Source

    /// The form that ``Identity/form(_:)`` signs; nil for a request that is signed in header fields.
    public var form: CMQForm? {
        guard case .form = identity, case .form(let form) = source else { return nil }
        return form
    }

    /// Reads a request with an `X-TC-Action` field: parameters as a JSON object by POST, as a query by GET.
    ///
    /// - Throws: ``CMQFault`` of the 4000 and 4100 families.
    public init(
        method: String, field: (String) -> String?, query: String?, body: [UInt8]
    ) throws(CMQFault) {
        action = try Self.action(field("X-TC-Action"))
        try Self.checkVersion(field("X-TC-Version"))
        requestClient = String((field("X-TC-RequestClient") ?? "").prefix(CMQLimits.wordByteCountMax))
        switch method {
        case "GET":
            guard body.isEmpty else { throw .invalidRequest("a GET has its parameters in the query") }
            source = .form(try CMQForm.parse(query: query, body: []))
        case "POST":
            guard (query ?? "").isEmpty else { throw .invalidRequest("a POST has its parameters in the body") }
            source = .json(try Self.json(body))
        default: throw .method(CMQFault.quoted(method))
        }
        identity = .tc3(try TC3Signature(field: field))
    }

    /// Reads a form with a `Version` parameter.
    ///
    /// - Throws: ``CMQFault`` of the 4000 and 4100 families.
    public init(form: CMQForm, method: String) throws(CMQFault) {
        guard method == "GET" || method == "POST" else { throw .method(CMQFault.quoted(method)) }
        let common = CommonParameters(form: form)
        action = try Self.action(form.text(of: "Action"))
        try Self.checkVersion(form.text(of: "Version"))
        requestClient = try common.word("RequestClient") ?? ""
        source = .form(form)
        identity = .form(try common.signature())
    }

    /// The call: every parameter read and checked.
    ///
    /// - Throws: ``CMQFault``: what is wrong and what is allowed, with the names of API 3.0.
    public func call() throws(CMQFault) -> CMQRequest {
        var parameters: CallParameters
        switch source {
        case .form(let form):
            parameters = CallParameters(form: form, isAPI3: true)
            if case .form = identity { parameters.passCommon(CommonParameters.namesOfAPI3) }
        case .json(let object): parameters = try CallParameters(object: object)
        }
        let call = try API3Calls.read(action, &parameters)
        try parameters.finish()
        return call
    }

    private static func action(_ name: String?) throws(CMQFault) -> API3Action {
        guard let name, !name.isEmpty else { throw .actionMissing }
        guard let action = API3Action(name: name) else { throw .unknownAction(CMQFault.quoted(name)) }
        return action
    }

    private static func checkVersion(_ version: String?) throws(CMQFault) {
        guard let version else { throw .missingParameter("Version") }
        guard versions.contains(version) else { throw .noSuchVersion }
    }

    private static func json(_ body: [UInt8]) throws(CMQFault) -> JSONValue {
        guard !body.isEmpty else { throw .unreadable("an empty body") }
        let limits = JSONLimits(
            byteCountMax: CMQLimits.requestByteCountMax, depthMax: CMQLimits.requestDepthMax,
            nodeCountMax: CMQLimits.requestNodeCountMax)
        let value: JSONValue
        do { value = try JSONValue.parse(body, limits: limits) } catch { throw .unreadable(error.description) }
        guard value.isObject else { throw .wrongType("the body", "a JSON object is allowed") }
        return value
    }
}
