public import BoundedJSON

/// A campaign with what it has counted, and where it stands.
public struct CampaignStanding: Sendable, Hashable {
    /// The definition.
    public let campaign: Campaign
    /// What it has counted.
    public let figures: CampaignFigures
    /// Where it stands.
    public let state: CampaignState

    /// Joins the members.
    ///
    /// - Parameter nowMillis: the moment of ``state``, Unix milliseconds by the clock the caller goes by.
    public init(_ campaign: Campaign, figures: CampaignFigures, nowMillis: Int64) {
        self.campaign = campaign
        self.figures = figures
        self.state = CampaignState(campaign.criteria, nowMillis: nowMillis)
    }

    /// Writes the members the API shows, without the braces around them.
    ///
    /// - Parameter utcText: writes Unix milliseconds as an RFC 3339 time.
    public func write(into writer: inout JSONWriter, utcText: (Int64) -> String) {
        campaign.write(into: &writer, utcText: utcText)
        writer.member("state", state.rawValue)
        writer.key("figures")
        writer.beginObject()
        figures.write(into: &writer)
        writer.endObject()
    }
}
