internal import BoundedJSON
internal import Merchants
internal import PaymentNotice

/// A message of `platform-notices` as far as it concerns restrictions (`wechat-pay.md` §6.4, §6.5). Pure.
struct AnnouncedNotice: Sendable, Equatable {
    /// What follows from it.
    enum Meaning: Sendable, Equatable {
        /// For the restriction book. `asksByCase`: whether the platform lists the case under its id.
        case event(RestrictionEvent, asksByCase: Bool)
        /// For people only.
        case shown
        /// The platform's own test.
        case test
        /// It cannot be read; the text says what is wrong.
        case malformed(String)
    }

    /// `VIOLATION.PUNISH`, …
    let eventType: String
    /// The case; empty where it names none.
    var caseID = ""
    /// The merchant; empty where it names none.
    var merchantID = ""
    /// The state it tells; empty where there is none.
    var state = ""
    /// What it says, for people.
    var text = ""
    /// What follows.
    var meaning = Meaning.shown

    /// Reads a message; nil where it is about something else.
    static func read(_ body: [UInt8]) -> AnnouncedNotice? {
        guard let root = try? JSONValue.parse(body), let eventType = root["event_type"]?.string else { return nil }
        var notice = AnnouncedNotice(eventType: eventType)
        let resource = root["resource"]
        let times = NoticeTimes(root)
        switch eventType {
        case "VIOLATION.PUNISH": notice.readPunish(resource, times)
        case "VIOLATION.INTERCEPT", "VIOLATION.APPEAL": notice.readViolation(resource)
        case "MERCHANT_NOTIFY.NOTIFY": notice.readNotify(resource, times)
        default: return nil
        }
        return notice
    }

    /// Members all violations have.
    private mutating func readViolation(_ resource: JSONValue?) {
        caseID = resource?["record_id"]?.string ?? ""
        merchantID = resource?["sub_mchid"]?.string ?? ""
        let parts = ["punish_plan", "punish_description", "risk_description"].compactMap { resource?[$0]?.string }
        text = parts.filter { !$0.isEmpty }.joined(separator: "; ")
        if merchantID.isEmpty { meaning = .malformed("sub_mchid is missing") }
    }

    private mutating func readPunish(_ resource: JSONValue?, _ times: NoticeTimes) {
        readViolation(resource)
        state = AnnouncedState.punishment.rawValue
        guard !merchantID.isEmpty else { return }
        guard !caseID.isEmpty else { return meaning = .malformed("record_id is missing") }
        var at = times.toldMillis
        if let text = resource?["punish_time"]?.string {
            guard let millis = NoticeTimes.millis(text) else { return meaning = .malformed("punish_time is no time") }
            at = millis
        }
        let plan = (resource?["punish_plan"]?.string ?? "") + " " + (resource?["punish_description"]?.string ?? "")
        let event = RestrictionEvent(
            caseID: caseID, step: AnnouncedStep(.punishment, atMillis: min(at, times.toldMillis)),
            merchantID: merchantID, actions: PunishPlan.actions(plan),
            reasonCode: ShownText.code(resource?["risk_type"]?.string) ?? "WECHAT_VIOLATION",
            reasonText: ShownText.cut(text, byteCountMax: MerchantLimits.reasonTextByteCountMax), source: .wechat,
            effectiveAtMillis: at)
        meaning = .event(event, asksByCase: false)
    }

    private mutating func readNotify(_ resource: JSONValue?, _ times: NoticeTimes) {
        let content = resource?["message_content"]
        caseID = content?["business_code"]?.string ?? ""
        merchantID = content?["merchant_code"]?.string ?? ""
        state = content?["business_state"]?.string ?? ""
        text = resource?["topic_name"]?["topic_chinese_name"]?.string ?? ""
        guard state != "TEST" else { return meaning = .test }
        guard let announced = AnnouncedState(rawValue: state) else {
            return meaning = .malformed("business_state is none that is known")
        }
        guard !caseID.isEmpty else { return meaning = .malformed("business_code is missing") }
        guard !merchantID.isEmpty else { return meaning = .malformed("merchant_code is missing") }
        guard let at = content?["business_time"]?.string.flatMap(NoticeTimes.millis) else {
            return meaning = .malformed("business_time is missing or no time")
        }
        // A later time is when it will hold; the step itself was taken when it was told.
        let step = AnnouncedStep(announced, atMillis: min(at, times.toldMillis))
        // Announced for an unknown later time: remembered, but nothing is closed before the platform says so.
        let isOpen = announced == .delayPunishment && at <= times.toldMillis
        let event = RestrictionEvent(
            caseID: caseID, step: step, merchantID: merchantID, actions: isOpen ? [] : [.noTransaction],
            reasonCode: announced.isLifting ? "" : "WECHAT_RESTRICTION",
            reasonText: ShownText.cut(text, byteCountMax: MerchantLimits.reasonTextByteCountMax), source: .wechat,
            effectiveAtMillis: announced.isLifting ? nil : at)
        meaning = .event(event, asksByCase: true)
    }
}
