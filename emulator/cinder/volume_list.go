package cinder

import (
	"cmp"
	"iter"
	"time"

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
	page, err := s.volumePage(r, q, marker)
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

// volumeQuery is what a list is asked for.
type volumeQuery struct {
	paging
	sort    []sortSpec
	filter  func(*Volume) bool // nil: none
	nothing bool               // a filter that no volume can pass
	project string             // "": all projects
	count   bool
}

// inAgeOrder tells whether the order asked for is one that is kept, and which way it goes.
func (q volumeQuery) inAgeOrder() (newestFirst, kept bool) {
	if len(q.sort) == 0 || q.sort[0].Name != "created_at" || len(q.sort) > 2 {
		return false, false
	}
	if len(q.sort) == 2 && (q.sort[1].Name != "id" || q.sort[1].Dir != q.sort[0].Dir) {
		return false, false
	}
	return q.sort[0].Dir == "desc", q.sort[0].Dir == "desc" || q.sort[0].Dir == "asc"
}

// volumePage is the page that was asked for. In the order of age it costs no more than what is on it, and what filters
// pass over.
func (s *Service) volumePage(r state.Reader, q volumeQuery, marker *Volume) ([]Volume, error) {
	compare, err := volumeOrdering.by(q.sort)
	if err != nil || q.nothing {
		return nil, err
	}
	newestFirst, kept := q.inAgeOrder()
	if !kept {
		var rows []Volume
		for v := range q.passing(s.volumesOf(r, q.project, true, nil)) {
			rows = append(rows, v)
		}
		return pageOf(rows, compare, marker, q.paging), nil
	}
	var page []Volume
	skip := q.Offset
	for v := range q.passing(s.volumesOf(r, q.project, newestFirst, marker)) {
		switch {
		case len(page) >= q.Limit:
			return page, nil
		case marker != nil && v.ID == marker.ID:
		case skip > 0:
			skip--
		default:
			page = append(page, v)
		}
	}
	return page, nil
}

// passing are those of the volumes that the filter lets pass. They are looked at in one place in memory, for there may be
// many of which few pass.
func (q volumeQuery) passing(all iter.Seq[Volume]) iter.Seq[Volume] {
	if q.filter == nil {
		return all
	}
	return func(yield func(Volume) bool) {
		v := new(Volume)
		for *v = range all {
			if q.filter(v) && !yield(*v) {
				return
			}
		}
	}
}

// endOfTime is later than any volume.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// volumesOf yields a project's volumes, or all, by age; from the age of another volume on if there is one.
func (s *Service) volumesOf(r state.Reader, project string, newestFirst bool, from *Volume) iter.Seq[Volume] {
	start := Volume{ProjectID: project}
	if newestFirst {
		start.CreatedAt = endOfTime
	}
	if from != nil {
		start.CreatedAt, start.ID = from.CreatedAt, from.ID
	}
	if project == "" {
		if newestFirst {
			return s.volumesByAge.Descend(r, start)
		}
		return s.volumesByAge.Ascend(r, start)
	}
	all := s.volumesByProject.Ascend(r, start)
	if newestFirst {
		all = s.volumesByProject.Descend(r, start)
	}
	return func(yield func(Volume) bool) {
		for v := range all {
			if v.ProjectID != project || !yield(v) {
				return
			}
		}
	}
}

// countVolumes is how many volumes a query finds on all its pages.
func (s *Service) countVolumes(r state.Reader, q volumeQuery) int {
	switch {
	case q.nothing:
		return 0
	case q.filter == nil && q.project == "":
		return s.volumes.Len(r)
	case q.filter == nil:
		return s.usageOf(r, q.project, "").AllVolumes
	}
	n := 0
	for range q.passing(s.volumesOf(r, q.project, true, nil)) {
		n++
	}
	return n
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
	for v := range s.volumesOf(s.db.View(), project, false, nil) {
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
