package cinder

import (
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type attachmentOut struct {
	Attachment attachmentDetailView `json:"attachment"`
}

type attachmentsOut[V any] struct {
	Attachments []V `json:"attachments"`
}

// attachmentFor finds an attachment and its volume. Whose it is does not matter.
//
// Quirk: upstream asks for no project when it looks for an attachment by its id (db/sqlalchemy/api.py, _attachment_get),
// so anybody who knows the id may see it (observed on release Zed).
func (s *Service) attachmentFor(r state.Reader, id string) (Attachment, Volume, error) {
	a, ok := s.attachments.Get(r, id)
	if !ok {
		return Attachment{}, Volume{}, attachmentMissing(id)
	}
	v, ok := s.volumes.Get(r, a.VolumeID)
	if !ok {
		return Attachment{}, Volume{}, fail.Missing("volume", a.VolumeID)
	}
	return a, v, nil
}

// attachmentShow serves GET /attachments/{id}, since 3.27. API reference: Block Storage v3, "Show attachment details".
func (s *Service) attachmentShow(c *httpapi.Call) (attachmentOut, error) {
	a, _, err := s.attachmentFor(s.db.View(), c.Var("id"))
	if err != nil {
		return attachmentOut{}, err
	}
	return attachmentOut{newAttachmentDetail(&a)}, nil
}

// attachmentList serves GET /attachments, since 3.27. API reference: Block Storage v3, "List attachments".
func (s *Service) attachmentList(c *httpapi.Call) (attachmentsOut[attachmentSummaryView], error) {
	return listAttachments(s, c, newAttachmentSummary)
}

// attachmentListDetail serves GET /attachments/detail, since 3.27. API reference: Block Storage v3, "List attachments with
// details".
func (s *Service) attachmentListDetail(c *httpapi.Call) (attachmentsOut[attachmentDetailView], error) {
	return listAttachments(s, c, newAttachmentDetail)
}

// listAttachments lists the attachments of the project's volumes, of all for an administrator who says all_tenants.
//
// Quirk: the filter "status" is allowed and finds nothing, for the database has no such field (observed on release Zed).
func listAttachments[V any](s *Service, c *httpapi.Call, view func(*Attachment) V) (attachmentsOut[V], error) {
	out := attachmentsOut[V]{Attachments: []V{}}
	sorting, err := sortingOf(c, "created_at")
	if err != nil {
		return out, err
	}
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	params, err := filterParams(c, "attachment", mvResourceFilter)
	if err != nil {
		return out, err
	}
	everybodys := isAdmin(c) && slices.ContainsFunc(params, func(p param) bool { return p.Name == "all_tenants" })
	params = slices.DeleteFunc(params, func(p param) bool { return p.Name == "all_tenants" })
	if !c.Version.AtLeast(mvResourceFilter) && !isAdmin(c) {
		params = slices.DeleteFunc(params, func(p param) bool { return !slices.Contains(resourceFilters("attachment"), p.Name) })
	}
	passes, possible := attachmentFilter(params)
	if !possible {
		return out, nil
	}
	compare, err := attachmentOrdering.by(sorting)
	if err != nil {
		return out, err
	}
	r := s.db.View()
	var marker *Attachment
	if p.HasMarker {
		a, ok := s.attachments.Get(r, p.Marker)
		if !ok {
			return out, attachmentMissing(p.Marker)
		}
		marker = &a
	}
	var rows []Attachment
	for a := range s.attachments.All(r) {
		if !passes(&a) {
			continue
		}
		if v, ok := s.volumes.Get(r, a.VolumeID); everybodys || ok && v.ProjectID == c.Auth.ProjectID {
			rows = append(rows, a)
		}
	}
	for _, a := range pageOf(rows, compare, marker, p) {
		out.Attachments = append(out.Attachments, view(&a))
	}
	return out, nil
}

// attachmentFilter makes a condition of parameters; there is none if one of them is no field. A name that ends in "~"
// asks for a part of the field.
func attachmentFilter(params []param) (passes func(a *Attachment) bool, possible bool) {
	for _, p := range params {
		if _, ok := new(Attachment).field(strings.TrimSuffix(p.Name, "~")); !ok {
			return nil, false
		}
	}
	return func(a *Attachment) bool {
		for _, p := range params {
			name, like := strings.CutSuffix(p.Name, "~")
			have, _ := a.field(name)
			switch {
			case have == nil:
				return false
			case like && !sqlLike(strings.ToLower(*have), "%"+strings.ToLower(p.Value)+"%"):
				return false
			case !like && *have != p.Value:
				return false
			}
		}
		return true
	}, true
}

// attachmentDelete serves DELETE /attachments/{id}, since 3.27: the volume is what the other attachments make of it, and
// those are the answer. API reference: Block Storage v3, "Delete attachment".
func (s *Service) attachmentDelete(c *httpapi.Call) (attachmentsOut[attachmentSummaryView], error) {
	out := attachmentsOut[attachmentSummaryView]{Attachments: []attachmentSummaryView{}}
	a, v, err := s.attachmentFor(s.db.View(), c.Var("id"))
	if err != nil {
		return out, err
	}
	if err := c.Authorize(&v); err != nil {
		return out, err
	}
	if err := s.mayDetach(c, &a); err != nil {
		return out, err
	}
	return out, s.db.Update(func(tx *state.Tx) error {
		v, ok := s.volumes.Get(tx, v.ID)
		switch {
		case !ok || !s.attachments.Has(tx, a.ID):
			return attachmentMissing(a.ID)
		case a.Status != reserved && s.driverDown(tx, v.Host):
			return fail.New(fail.Internal, serverError)
		}
		s.forgetAttachment(tx, &v, a.ID)
		v.UpdatedAt = s.clock.Now()
		s.putVolume(tx, v)
		for _, other := range s.attachmentsOf(tx, v.ID) {
			out.Attachments = append(out.Attachments, newAttachmentSummary(&other))
		}
		return nil
	})
}

// attachmentComplete serves os-complete, since 3.44: the server has the volume. API reference: Block Storage v3, "Complete
// attachment".
func (s *Service) attachmentComplete(c *httpapi.Call) error {
	a, v, err := s.attachmentFor(s.db.View(), c.Var("id"))
	if err != nil {
		return err
	}
	if v.ProjectID != c.Auth.ProjectID && !isAdmin(c) {
		return fail.Missing("volume", v.ID)
	}
	if err := c.Authorize(&v); err != nil {
		return err
	}
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		a, ok := s.attachments.Get(tx, a.ID)
		if !ok {
			return attachmentMissing(a.ID)
		}
		a.Status = attached
		s.attachments.Put(tx, a)
		v.Status, v.AttachStatus = StatusInUse, attached
		return nil
	})
	return err
}
