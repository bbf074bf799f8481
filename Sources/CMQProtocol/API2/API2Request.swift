/// A request of API 2.0: its parameters, its action and who claims to have signed it. Nothing of it was verified.
///
/// To serve one: check ``identity`` with ``API2Signing``, then ``call()``, then ``API2Answer``.
public struct API2Request: Sendable {
    /// Who asks.
    public enum Identity: Sendable, Hashable {
        /// A key, with its signature.
        case signed(CMQSignature)
        /// One client's way of asking without a signature, in private deployments; refuse it unless the operator wants it.
        case appID(String)
    }

    /// All parameters.
    public let form: CMQForm
    /// What is asked.
    public let action: API2Action
    /// Who asks.
    public let identity: Identity
    /// What the answer echoes; 0 where the request has none.
    public let clientRequestID: UInt64
    /// The client's own name for itself, for logs and metrics and for `reliability.md` rule 28; empty where there is none.
    public let requestClient: String

    /// Reads action and common parameters (`cmq-protocol.md` §1.2).
    ///
    /// - Throws: ``CMQFault``: 10410 method, 10010 no action, 10430 unknown action, 10280 an action of the binary protocol, 10390 a missing,
    ///   10360 a malformed, 10350 an overlong common parameter.
    public init(form: CMQForm, method: String) throws(CMQFault) {
        guard method == "GET" || method == "POST" else { throw .method(CMQFault.quoted(method)) }
        guard let name = form.value(of: "Action") else { throw .actionMissing }
        guard let action = API2Action(name) else { throw .unknownAction(CMQFault.quoted(name)) }
        if action == .queryQueueRoute || action == .queryTopicRoute { throw .actionNotServed }
        let common = CommonParameters(form: form)
        self.form = form
        self.action = action
        identity = try common.identity()
        clientRequestID = try common.number("clientRequestId") ?? 0
        requestClient = try common.word("RequestClient") ?? ""
    }

    /// The call: every parameter read and checked.
    ///
    /// - Throws: ``CMQFault`` of the 4000 family: what is wrong and what is allowed; an unknown parameter is 10320.
    public func call() throws(CMQFault) -> CMQRequest {
        var parameters = CallParameters(form: form)
        parameters.passCommon(CommonParameters.namesOfAPI2)
        let call = try API2Calls.read(action, &parameters)
        try parameters.finish()
        return call
    }

    /// What an answer echoes to a request that could not be read; 0 where that cannot be told.
    public static func clientRequestID(of form: CMQForm) -> UInt64 {
        form.value(of: "clientRequestId").flatMap(DecimalText.number) ?? 0
    }
}
