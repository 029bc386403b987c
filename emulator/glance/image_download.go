package glance

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// imageDownload serves GET of an image's data, or of a range of it. In-process callers get the content itself.
// API reference: Image data, "Download binary image data".
func (s *Service) imageDownload(c *httpapi.Call) (httpapi.Reply, error) {
	view := s.db.View()
	i, err := s.imageOf(c, view, c.Var("image_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	if i.Status == StatusDeactivated && !isAdmin(c) {
		return httpapi.Reply{}, fail.New(fail.Forbidden, "The requested image has been deactivated. Image data download is forbidden.")
	}
	if err := authorize(c, "download_image", &i); err != nil {
		return httpapi.Reply{}, err
	}
	if err := s.checkPreference(c, view, &i); err != nil {
		return httpapi.Reply{}, err
	}
	return s.data(c, view, &i)
}

// checkPreference looks at the stores that the client would rather have the data from. It is the same data everywhere,
// so there is no more to do than to refuse those that do not exist.
func (s *Service) checkPreference(c *httpapi.Call, r state.Reader, i *Image) error {
	if !s.takesPreference() {
		return nil
	}
	asked := false
	for id := range strings.SplitSeq(c.Query().Get("prefer"), ",") {
		id = strings.TrimSpace(id)
		if id == "" {
			continue
		}
		if !asked {
			asked = true
			if err := authorize(c, "download_from_store", i); err != nil {
				return err
			}
			if s.singleStore(r) {
				return fail.New(fail.Invalid, "Store selection for download is not available when multiple backends are not enabled.")
			}
		}
		if _, ok := s.store(r, id); !ok {
			return fail.New(fail.Invalid, "Store '%s' is not configured.", id)
		}
	}
	return nil
}

// data is the answer with the bytes.
func (s *Service) data(c *httpapi.Call, r state.Reader, i *Image) (httpapi.Reply, error) {
	part, err := partOf(c, i)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if len(i.Locations) == 0 {
		return httpapi.Reply{Status: http.StatusNoContent}, nil
	}
	from, ok := s.readable(r, i)
	if !ok && part == nil && s.inCache(r, i.ID) {
		from, ok = i.Locations[0], true
	}
	if !ok {
		// Quirk: data in stores that are all gone is a plain 500 of the server's (reference).
		return httpapi.Reply{}, &fail.Error{Kind: fail.Internal, Resource: unserialized}
	}
	bytes := from.Object.Content
	if err := s.take(c.Context(), from, i.ID); err != nil {
		return httpapi.Reply{}, broken(err)
	}
	header := http.Header{"Content-Type": {"application/octet-stream"}}
	if i.Checksum != "" {
		header["Content-Md5"] = []string{i.Checksum}
	}
	out := httpapi.Reply{Header: header, Length: bytes.Size()}
	if part != nil {
		out.Status = http.StatusPartialContent
		header["Content-Range"] = []string{fmt.Sprintf("bytes %d-%d/%d", part.from, part.last, *i.Size)}
		bytes = bytes.Slice(part.from, part.length)
		out.Length = part.length
	}
	if part == nil {
		if err := s.passCache(i); err != nil {
			return httpapi.Reply{}, err
		}
	}
	out.Stream = bytes.NewReader()
	return out, nil
}

// readable finds a place of the data that is in one of the configured stores.
func (s *Service) readable(r state.Reader, i *Image) (Location, bool) {
	for _, l := range s.sorted(r, i.Locations) {
		_, ok := s.store(r, l.Store)
		if (ok || l.Store == "" || s.singleStore(r)) && !s.faults.StoreGone(fault.Use{Store: l.Store, Image: i.ID, Reads: true}) {
			return l, true
		}
	}
	return Location{}, false
}
