package cinder

import (
	"cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type volumesOut[V any] struct {
	Volumes []V    `json:"volumes"`
	Links   []link `json:"volumes_links,omitempty"`
	Count   *int   `json:"count,omitempty"` // since 3.45, when asked for
}

// volumeList serves GET /volumes. API reference: Block Storage v3, "List accessible volumes".
func (s *Service) volumeList(c *httpapi.Call) (volumesOut[volumeSummaryView], error) {
	return listVolumes(s, c, "volumes", func(state.Reader) func(*Volume) volumeSummaryView {
		return func(v *Volume) volumeSummaryView {
			return volumeSummaryView{ID: v.ID, Name: v.Name, Links: linksOf(c, "volumes", v.ID)}
		}
	})
}

// volumeListDetail serves GET /volumes/detail. API reference: Block Storage v3, "List accessible volumes with details".
func (s *Service) volumeListDetail(c *httpapi.Call) (volumesOut[volumeView], error) {
	return listVolumes(s, c, "volumes/detail", func(r state.Reader) func(*Volume) volumeView {
		return s.viewsFor(c, r).full
	})
}

// listVolumes is the list, whatever is shown of each volume.
func listVolumes[V any](s *Service, c *httpapi.Call, collection string, viewsOn func(state.Reader) func(*Volume) V) (volumesOut[V], error) {
	out := volumesOut[V]{Volumes: []V{}}
	q, err := s.volumeQueryOf(c)
	if err != nil {
		return out, err
	}
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	r := s.db.View()
	var marker *Volume
	if q.HasMarker {
		m, err := s.volumeKnownTo(c, r, q.Marker)
		if err != nil {
			return out, err
		}
		marker = &m
	}
	page, err := s.volumes.page(r, q, volumeOrdering, marker)
	if err != nil {
		return out, err
	}
	view := viewsOn(r)
	for i := range page {
		out.Volumes = append(out.Volumes, view(&page[i]))
	}
	length := len(page)
	if q.count {
		n := s.countVolumes(r, q)
		out.Count = &n
		length = cmp.Or(n, length)
	}
	if len(page) > 0 {
		out.Links = s.nextLink(c, collection, page[len(page)-1].ID, length)
	}
	return out, nil
}

// volumeQuery is what a list of volumes is asked for.
type volumeQuery = listQuery[Volume]

// countVolumes is how many volumes a query finds on all its pages.
func (s *Service) countVolumes(r state.Reader, q volumeQuery) int {
	if !q.nothing && q.filter == nil && q.project != "" {
		return s.usageOf(r, q.project, "").AllVolumes
	}
	return s.volumes.counted(r, q)
}

type volumeSummaryOut struct {
	Summary struct {
		Count    int                 `json:"total_count"`
		Size     int                 `json:"total_size"`
		Metadata map[string][]string `json:"metadata,omitzero"` // since 3.36
	} `json:"volume-summary"`
}

// volumeSummary serves GET /volumes/summary, since 3.12. API reference: Block Storage v3, "Get volumes summary".
func (s *Service) volumeSummary(c *httpapi.Call) (volumeSummaryOut, error) {
	var out volumeSummaryOut
	if err := c.Authorize(nil); err != nil {
		return out, err
	}
	project := c.Auth.ProjectID
	if v, ok := lastOf(c.Query(), "all_tenants"); ok && isAdmin(c) {
		all, err := queryBool("all_tenants", v)
		if err != nil {
			return out, err
		}
		if all {
			project = ""
		}
	}
	values := map[string][]string{}
	seen := map[[2]string]bool{}
	for v := range s.volumes.of(s.db.View(), project, false, nil) {
		out.Summary.Count++
		out.Summary.Size += v.Size
		for k, value := range v.Metadata {
			if !seen[[2]string{k, value}] {
				seen[[2]string{k, value}] = true
				values[k] = append(values[k], value)
			}
		}
	}
	if c.Version.AtLeast(mvVolumeSummaryMetadata) {
		out.Summary.Metadata = values
	}
	return out, nil
}
