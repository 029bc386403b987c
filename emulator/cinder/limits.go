package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

type limitsOut struct {
	Limits struct {
		Rate     []struct{}     `json:"rate"`
		Absolute map[string]int `json:"absolute"`
	} `json:"limits"`
}

// limitsShow serves GET /limits: the limits of the caller's project, or since 3.39 of any for an administrator, and for
// those who may know what is used of them. API reference: Block Storage v3, "Show absolute limits for project".
func (s *Service) limitsShow(c *httpapi.Call) (limitsOut, error) {
	r := s.db.View()
	project := limitsOf(c)
	var out limitsOut
	out.Limits.Rate = []struct{}{} // Gap: no rate limits
	out.Limits.Absolute = map[string]int{
		"maxTotalVolumes":         s.quotaLimit(r, project, quotaVolumes),
		"maxTotalSnapshots":       s.quotaLimit(r, project, quotaSnapshots),
		"maxTotalVolumeGigabytes": s.quotaLimit(r, project, quotaGigabytes),
		"maxTotalBackups":         s.quotaLimit(r, project, quotaBackups),
		"maxTotalBackupGigabytes": s.quotaLimit(r, project, quotaBackupGigabytes),
	}
	if !c.May("limits_extension:used_limits", nil) {
		return out, nil
	}
	used := s.usageOf(r, project, "")
	out.Limits.Absolute["totalVolumesUsed"] = used.Volumes
	out.Limits.Absolute["totalGigabytesUsed"] = used.Gigabytes
	out.Limits.Absolute["totalSnapshotsUsed"] = used.Snapshots
	out.Limits.Absolute["totalBackupsUsed"] = used.Backups
	out.Limits.Absolute["totalBackupGigabytesUsed"] = used.BackupGigabytes
	return out, nil
}

// limitsOf is the project whose limits are asked for.
func limitsOf(c *httpapi.Call) string {
	if isAdmin(c) && c.Version.AtLeast(mvLimitsAdminFilter) {
		for _, name := range []string{"project_id", "tenant_id"} {
			if id, ok := lastOf(c.Query(), name); ok {
				return id
			}
		}
	}
	return c.Auth.ProjectID
}
