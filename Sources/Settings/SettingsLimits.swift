/// The bounds of the settings. A name ends in the unit of its value.
public enum SettingsLimits {
    /// Bytes of the settings file.
    public static let fileByteCountMax = 65_536
    /// Arrays and objects open at once in the settings file.
    public static let fileDepthMax = 8
    /// Values and member names in the settings file.
    public static let fileNodeCountMax = 4_096
    /// Elements of one list.
    public static let listCountMax = 256
    /// Bytes of one text.
    public static let textByteCountMax = 1_024
    /// Token files of one role: two, so that one token can be replaced while the other still works.
    public static let tokenFilesPerRoleMax = 2
    /// Public names of the queue API's listener.
    public static let publicAuthorityCountMax = 16
}
