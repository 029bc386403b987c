package glance

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type imageListOut struct {
	Images []shownImage `json:"images"`
	First  string       `json:"first"`
	Schema string       `json:"schema"`
	Next   string       `json:"next,omitempty"`
}

// listing is what a list is asked for.
type listing struct {
	limit        int
	marker       string
	marked       bool
	memberStatus string
	visibility   Visibility // "" when not asked for
	order        order
	match        []func(*Image) bool
}

// imageList serves a page of images. API reference: Images, "List images".
func (s *Service) imageList(c *httpapi.Call) (imageListOut, error) {
	all, err := readQuery(c.Request.URL.RawQuery)
	if err != nil {
		return imageListOut{}, err
	}
	q, err := s.readListing(all.clone())
	if err != nil {
		return imageListOut{}, err
	}
	if err := c.Authorize(nil); err != nil {
		return imageListOut{}, err
	}
	view := s.db.View()
	page, err := s.page(c, view, q)
	if err != nil {
		return imageListOut{}, err
	}
	out := imageListOut{Images: make([]shownImage, 0, len(page)), Schema: "/v2/schemas/images", First: "/v2/images"}
	last := ""
	for i := range page {
		// A page may come out shorter than it is: rules are looked at one image at a time, after the cut.
		if c.May("get_image", targetOf(c, &page[i])) {
			out.Images = append(out.Images, s.show(c, view, &page[i]))
			last = page[i].ID
		}
	}
	// Quirk: links have one parameter of each name, so those of lists by several sort_key lead astray (reference).
	links := all.distinct()
	links.drop("marker")
	if len(links) > 0 {
		out.First += "?" + links.encode()
	}
	if last != "" && len(page) == q.limit {
		out.Next = "/v2/images?" + append(links, param{"marker", last}).encode()
	}
	return out, nil
}

// readListing reads the query in upstream's order; what it does not know is a custom property to look for.
func (s *Service) readListing(q params) (listing, error) {
	limit, hasLimit := q.take("limit")
	l := listing{memberStatus: "accepted"}
	l.marker, l.marked = q.take("marker")
	if status, ok := q.take("member_status"); ok {
		l.memberStatus = status
	}
	tags := q.takeAll("tag")
	if v := q.last("visibility"); v != "" && !slices.Contains([]Visibility{Community, Public, Private, Shared, "all"}, Visibility(v)) {
		return l, fail.New(fail.Invalid, "Invalid visibility value: %s", v)
	}
	if q.last("changes-since") != "" {
		return l, fail.New(fail.Invalid, `The "changes-since" filter is no longer available on v2.`)
	}
	if !slices.Contains([]string{"pending", "accepted", "rejected", "all"}, l.memberStatus) {
		return l, fail.New(fail.Invalid, "Invalid status: %s", l.memberStatus)
	}
	var err error
	if l.limit, err = s.readLimit(limit, hasLimit); err != nil {
		return l, err
	}
	if l.order, err = readOrder(&q); err != nil {
		return l, err
	}
	// Quirk: of several the first one is looked for, and the last of the others, which was checked, must fit, too (reference).
	if v, ok := q.take("visibility"); ok {
		if l.visibility = Visibility(v); v == "" {
			l.visibility = "none" // no image has it
		}
	}
	l.match, err = filters(q.distinct(), tags)
	return l, err
}

// readLimit reads how long a page may be.
func (s *Service) readLimit(limit string, given bool) (int, error) {
	if !given {
		return min(s.cfg.LimitParamDefault, s.cfg.APILimitMax), nil
	}
	n, ok := pythonInt(limit)
	if !ok {
		return 0, fail.New(fail.Invalid, "limit param must be an integer")
	}
	if n < 0 {
		return 0, fail.New(fail.Invalid, "limit param must be positive")
	}
	return int(min(n, int64(s.cfg.APILimitMax))), nil
}

// page collects the images of a list.
func (s *Service) page(c *httpapi.Call, r state.Reader, l listing) ([]Image, error) {
	var after *Image
	if l.marked {
		marker, err := s.marker(c, r, l.marker)
		if err != nil {
			return nil, err
		}
		after = &marker
	}
	wanted := func(i *Image) bool {
		if !s.listed(c, r, i, l) {
			return false
		}
		for _, match := range l.match {
			if !match(i) {
				return false
			}
		}
		return true
	}
	if l.order.newestFirst() {
		return s.newest(r, l.limit, after, wanted), nil
	}
	var found []Image
	for i := range s.byAge.All(r) {
		if (after == nil || l.order.compare(&i, after) > 0) && wanted(&i) {
			found = append(found, i)
		}
	}
	found = state.Ordered(found, l.order.compare)
	return found[:min(l.limit, len(found))], nil
}

// newest is the usual list, which the index has ready.
func (s *Service) newest(r state.Reader, limit int, after *Image, wanted func(*Image) bool) []Image {
	var found []Image
	rows := s.byAge.Backward(r)
	if after != nil {
		rows = s.byAge.Descend(r, *after)
	}
	if limit == 0 {
		return nil
	}
	for i := range rows {
		if after != nil && i.ID == after.ID || !wanted(&i) {
			continue
		}
		if found = append(found, i); len(found) == limit {
			break
		}
	}
	return found
}

func (s *Service) marker(c *httpapi.Call, r state.Reader, id string) (Image, error) {
	if len([]rune(id)) > 36 {
		return Image{}, fail.New(fail.Invalid, "%s", "Image with the given id %(image_id)s was not found") // Quirk: upstream forgets to fill it in.
	}
	i, ok := s.images.Get(r, id)
	if !ok || i.Status == StatusDeleted {
		return Image{}, fail.New(fail.Invalid, "No image found with ID %s", id)
	}
	if !s.visible(c, r, &i) {
		return Image{}, fail.New(fail.Forbidden, "Forbidding request, image %s not visible", id)
	}
	return i, nil
}

// listed tells whether an image is among those that a list is about: what the caller may see, less the community's
// images of others unless they are asked for.
func (s *Service) listed(c *httpapi.Call, r state.Reader, i *Image, l listing) bool {
	own := c.Auth.ProjectID != "" && i.Owner == c.Auth.ProjectID
	switch l.visibility {
	case "all":
	case "":
		if i.Visibility == Community && !own {
			return false
		}
	default:
		if i.Visibility != l.visibility {
			return false
		}
	}
	if own || i.Visibility == Public || i.Visibility == Community || isAdmin(c) {
		return true
	}
	if i.Visibility != Shared {
		return false
	}
	m, ok := s.members.Get(r, memberKey(i.ID, c.Auth.ProjectID))
	return ok && (l.memberStatus == "all" || m.Status == l.memberStatus)
}
