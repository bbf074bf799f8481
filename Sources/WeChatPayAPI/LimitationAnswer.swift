/// Which functions of a merchant WeChat Pay has closed, and by which cases (wechat-pay §6.5).
public struct LimitationAnswer: Sendable, Equatable {
    /// One case.
    public struct Case: Sendable, Equatable {
        /// `limitation_case_id`; equals the `business_code` of the subscription message.
        public var caseID: String
        /// `limitation_reason_type`, such as `RISK_ABNORMAL`; empty when absent.
        public var reasonType: String
        /// `limitation_reason_describe`, or `limitation_reason` where it is absent: text for people.
        public var reasonDescribe: String
        /// `limitation_start_date` as received; nil when absent.
        public var startDate: String?
        /// `relate_limitations`: the functions this case closes.
        public var relatedLimitations: [String]
        /// `limitation_action_type`: `LIMIT_ACTION_TYPE_IMMEDIATE_CONTROL` or `LIMIT_ACTION_TYPE_DELAY_CONTROL`; empty when absent.
        public var actionType: String

        /// Joins the members.
        public init(
            caseID: String, reasonType: String = "", reasonDescribe: String = "", startDate: String? = nil,
            relatedLimitations: [String] = [], actionType: String = ""
        ) {
            self.caseID = caseID
            self.reasonType = reasonType
            self.reasonDescribe = reasonDescribe
            self.startDate = startDate
            self.relatedLimitations = relatedLimitations
            self.actionType = actionType
        }
    }

    /// `NO_TRANSACTION`, `NO_REFUND`, …; an open set. Empty for a merchant without restriction.
    public var limitedFunctions: [String]
    /// The cases behind them.
    public var cases: [Case]

    /// Joins the members.
    public init(limitedFunctions: [String], cases: [Case]) {
        self.limitedFunctions = limitedFunctions
        self.cases = cases
    }
}
