package glance

import (
	"fmt"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// What Keystone's limits count of a project's images. Sizes are in MiB.
const (
	limitSizeTotal      = "image_size_total"
	limitStageTotal     = "image_stage_total"
	limitCountTotal     = "image_count_total"
	limitCountUploading = "image_count_uploading"
)

var limited = []string{limitSizeTotal, limitStageTotal, limitCountTotal, limitCountUploading}

// limit is how much of something a project may have: nothing where Keystone has registered no limit (oslo_limit, limit.py).
func (s *Service) limit(project, resource string) int64 {
	if s.unified == nil {
		return 0
	}
	n, _ := s.unified(project, resource)
	return int64(n)
}

// inUse is how much of something a project has (glance/db/sqlalchemy/api.py).
func (s *Service) inUse(r state.Reader, project, resource string) int64 {
	if resource == limitSizeTotal {
		return s.stored(r, project, "") >> 20
	}
	var n int64
	for i := range s.byAge.All(r) {
		if i.Owner != project {
			continue
		}
		copied := i.Properties[importingTo] != ""
		switch resource {
		case limitCountTotal:
			n++
		case limitStageTotal:
			if i.Status == StatusUploading || i.Status == StatusImporting || copied {
				n += orZero(i.Size)
			}
		case limitCountUploading:
			if i.Status == StatusSaving || i.Status == StatusUploading || i.Status == StatusImporting || copied {
				n++
			}
		}
	}
	if resource == limitStageTotal {
		n >>= 20
	}
	return n
}

// checkLimit holds what a project has of something, and so much more of it, against Keystone's limit.
func (s *Service) checkLimit(r state.Reader, project, resource string, more int64) error {
	if !s.cfg.UseKeystoneLimits {
		return nil
	}
	has, may := s.inUse(r, project, resource), s.limit(project, resource)
	if has+more <= may {
		return nil
	}
	return fail.New(fail.TooLarge, "%s", fmt.Sprintf("The request returned a 413 Request Entity Too Large. This generally means that rate "+
		"limiting or a quota threshold was breached.\n\nThe response body:\nProject %s is over a limit for "+
		"[Resource %s is over limit of %d due to current usage %d and delta %d]", project, resource, may, has, more))
}

// announced is how much more a request says that it brings, in MiB: that counts before it is there where uploads can say so
// apart from their length.
func (s *Service) announced(size int64) int64 {
	if !s.takesImageSize() {
		return 0
	}
	return size >> 20
}

// checkImport is what limits say of an import that begins: its data goes to stores, or is staged first.
func (s *Service) checkImport(r state.Reader, t *Task, i *Image) error {
	size := orZero(i.Size) >> 20
	if t.Method == methodDirect {
		return s.checkLimit(r, t.Owner, limitSizeTotal, size)
	}
	if err := s.checkLimit(r, t.Owner, limitStageTotal, size); err != nil {
		return err
	}
	return s.checkLimit(r, t.Owner, limitCountUploading, 0)
}

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
func (s *Service) usageShow(c *httpapi.Call) (usageOut, error) {
	out := usageOut{Usage: map[string]usage{}}
	if !s.cfg.UseKeystoneLimits {
		return out, nil
	}
	view := s.db.View()
	for _, resource := range limited {
		out.Usage[resource] = usage{s.inUse(view, c.Auth.ProjectID, resource), s.limit(c.Auth.ProjectID, resource)}
	}
	return out, nil
}
