package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type messageOut struct {
	Message messageView `json:"message"`
}

type messagesOut struct {
	Messages []messageView `json:"messages"`
	Links    []link        `json:"messages_links,omitempty"`
}

// messageList serves GET /messages, since 3.3; paging, sorting and filters since 3.5.
// API reference: Block Storage v3, "List messages".
//
// Quirk: it lists the messages of all projects to everybody: upstream does not restrict that query (db/api.py,
// _messages_get_query; observed on release Zed).
func (s *Service) messageList(c *httpapi.Call) (messagesOut, error) {
	out := messagesOut{Messages: []messageView{}}
	if !c.Version.AtLeast(mvMessagesPagination) {
		for m := range s.messagesByAge.Backward(s.db.View()) {
			out.Messages = append(out.Messages, newMessageView(c, m))
		}
		return s.withMessageLinks(c, out)
	}
	p, err := s.pagingOf(c)
	if err != nil {
		return out, err
	}
	sorting, err := sortingOf(c, "created_at")
	if err != nil {
		return out, err
	}
	filters, err := filterParams(c, "message", mvResourceFilter)
	if err != nil {
		return out, err
	}
	compare, err := messageOrdering().by(sorting)
	if err != nil {
		return out, err
	}
	passes, possible := messageFilter(filters)
	if !possible {
		return out, nil
	}
	r := s.db.View()
	var marker *Message
	if p.HasMarker {
		m, err := s.messageFor(c, r, p.Marker)
		if err != nil {
			return out, err
		}
		marker = &m
	}
	var rows []Message
	for m := range s.messages.All(r) {
		if passes(&m) {
			rows = append(rows, m)
		}
	}
	for _, m := range pageOf(rows, compare, marker, p) {
		out.Messages = append(out.Messages, newMessageView(c, m))
	}
	return s.withMessageLinks(c, out)
}

// withMessageLinks adds the link to the next page; before 3.5 too, though a list is not paged then.
func (s *Service) withMessageLinks(c *httpapi.Call, out messagesOut) (messagesOut, error) {
	if _, err := s.pagingOf(c); err != nil {
		return messagesOut{}, err
	}
	if n := len(out.Messages); n > 0 {
		out.Links = s.nextLink(c, "messages", out.Messages[n-1].ID, n)
	}
	return out, nil
}

// messageFilter makes a condition of parameters; there is none if one of them is no field of a message. A name that ends
// in "~" asks for a part of the field.
func messageFilter(params []param) (passes func(m *Message) bool, possible bool) {
	for _, p := range params {
		if messageFields[strings.TrimRight(p.Name, "~")] == nil {
			return nil, false
		}
	}
	return func(m *Message) bool {
		for _, p := range params {
			have := messageFields[strings.TrimRight(p.Name, "~")](m)
			if strings.HasSuffix(p.Name, "~") && !strings.Contains(have, p.Value) || !strings.HasSuffix(p.Name, "~") && have != p.Value {
				return false
			}
		}
		return true
	}, true
}

// messageShow serves GET /messages/{id}, since 3.3. API reference: Block Storage v3, "Show message details".
func (s *Service) messageShow(c *httpapi.Call) (messageOut, error) {
	m, err := s.messageFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return messageOut{}, err
	}
	return messageOut{newMessageView(c, m)}, c.Authorize(projectTarget(m.ProjectID))
}

// messageDelete serves DELETE /messages/{id}, since 3.3. API reference: Block Storage v3, "Delete message".
func (s *Service) messageDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		m, err := s.messageFor(c, tx, c.Var("id"))
		if err != nil {
			return err
		}
		if err := c.Authorize(projectTarget(m.ProjectID)); err != nil {
			return err
		}
		s.messages.Delete(tx, m.ID)
		return nil
	})
}

// messageFor finds a message of the caller's project, or any for an administrator.
func (s *Service) messageFor(c *httpapi.Call, r state.Reader, id string) (Message, error) {
	m, ok := s.messages.Get(r, id)
	if !ok || !isAdmin(c) && m.ProjectID != c.Auth.ProjectID {
		return Message{}, fail.Missing("message", id)
	}
	return m, nil
}
