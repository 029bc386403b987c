package glance

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

type usageOut struct {
	Usage map[string]usage `json:"usage"`
}

// usage is how much a project has of something.
type usage struct {
	Usage int64 `json:"usage"`
	Limit int64 `json:"limit"`
}

// usageShow serves what the caller's project has of what Keystone's limits count: nothing where they do not count. API
// reference: Quota usage, "Show quota usage".
func (s *Service) usageShow(*httpapi.Call) (usageOut, error) {
	return usageOut{Usage: map[string]usage{}}, nil
}
