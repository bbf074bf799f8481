/// One series that can show itself.
protocol MetricCell: AnyObject, Sendable {
    /// Appends the series' lines.
    func emit(into text: inout Exposition)
}
