package cinder

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type volumeOut struct {
	Volume volumeView `json:"volume"`
}

// volumeFor finds a volume that the caller may see; others might as well not be there.
func (s *Service) volumeFor(c *httpapi.Call, r state.Reader, id string) (Volume, error) {
	v, err := s.volumeKnownTo(c, r, id)
	if err == nil && !c.May("volume:get", &v) {
		return Volume{}, fail.Missing("volume", id)
	}
	return v, err
}

// volumeKnownTo finds a volume of the caller's project, or any for an administrator.
func (s *Service) volumeKnownTo(c *httpapi.Call, r state.Reader, id string) (Volume, error) {
	v, ok := s.volumes.Get(r, id)
	if !ok || v.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return Volume{}, fail.Missing("volume", id)
	}
	return v, nil
}

// volumeShow serves GET /volumes/{volume_id}. API reference: Block Storage v3, "Show a volume's details".
func (s *Service) volumeShow(c *httpapi.Call) (volumeOut, error) {
	r := s.db.View()
	v, err := s.volumeKnownTo(c, r, c.Var("volume_id"))
	if err != nil {
		return volumeOut{}, err
	}
	if c.Authorize(&v) != nil {
		return volumeOut{}, fail.Missing("volume", v.ID)
	}
	return volumeOut{s.viewsFor(c, r).full(&v)}, nil
}

type volumeUpdateIn struct {
	Volume struct {
		Name               maybe[string]     `json:"name"`
		DisplayName        maybe[string]     `json:"display_name"`
		Description        maybe[string]     `json:"description"`
		DisplayDescription maybe[string]     `json:"display_description"`
		Metadata           map[string]string `json:"metadata"`
	} `json:"volume"`
}

// volumeUpdate serves PUT /volumes/{volume_id}. API reference: Block Storage v3, "Update a volume".
//
// Quirk: the answer still has the time of the update before (observed on release Zed).
func (s *Service) volumeUpdate(c *httpapi.Call, in volumeUpdateIn) (volumeOut, error) {
	v, err := s.volumeFor(c, s.db.View(), c.Var("volume_id"))
	if err != nil {
		return volumeOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return volumeOut{}, err
	}
	asked, before := in.Volume, v.UpdatedAt
	v, err = s.changeVolume(v.ID, func(_ *state.Tx, v *Volume) error {
		if v.Status == StatusMaintenance {
			return invalidVolume("The volume cannot be updated during maintenance.")
		}
		before = v.UpdatedAt
		replaceText(&v.Name, asked.DisplayName)
		replaceText(&v.Name, asked.Name)
		replaceText(&v.Description, asked.DisplayDescription)
		replaceText(&v.Description, asked.Description)
		if asked.Metadata != nil {
			v.Metadata = asked.Metadata
		}
		return nil
	})
	if err != nil {
		return volumeOut{}, err
	}
	v.UpdatedAt, v.Metadata = before, v.visibleMetadata()
	return volumeOut{s.viewsFor(c, s.db.View()).core(&v)}, nil
}

// replaceText puts a text, without the spaces around it, in the place of another, if there is one.
func replaceText(field **string, m maybe[string]) {
	if !m.Given {
		return
	}
	*field = nil
	if m.Value != nil {
		text := strings.TrimSpace(*m.Value)
		*field = &text
	}
}

// invalidVolume is upstream's InvalidVolume.
func invalidVolume(why string) error { return fail.New(fail.Invalid, "Invalid volume: %s", why) }

// withoutBody is an answer made by hand upstream, unless err is: it has no body, names no media type but webob's, and
// misses the request id that other answers of the API have.
func withoutBody(c *httpapi.Call, status int, err error) (httpapi.Reply, error) {
	if err != nil {
		return httpapi.Reply{}, err
	}
	c.Header().Del(computeIDHeader)
	return httpapi.Reply{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}, nil
}
