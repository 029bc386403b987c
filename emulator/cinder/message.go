package cinder

import (
	"cmp"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Message tells users what became of a request that had been accepted.
type Message struct {
	ID           string
	ProjectID    string
	RequestID    string
	ResourceType string // "VOLUME", "VOLUME_SNAPSHOT" ...
	ResourceUUID string
	Action       messageAction
	Detail       messageDetail
	Level        string // "ERROR"
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

const (
	messageResourceVolume   = "VOLUME"
	messageResourceSnapshot = "VOLUME_SNAPSHOT"
	messageResourceBackup   = "VOLUME_BACKUP"
	messageLevelError       = "ERROR"
)

// eventID is how programs tell what the message is about.
func (m Message) eventID() string {
	return "VOLUME_" + m.ResourceType + "_" + string(m.Action) + "_" + string(m.Detail)
}

// createMessage tells the user on whose behalf a job ran what went wrong with a volume.
func (s *Service) createMessage(tx *state.Tx, auth jobAuth, action messageAction, volumeID string, detail messageDetail) {
	s.createMessageOf(tx, auth, action, messageResourceVolume, volumeID, detail)
}

// createMessageOf tells what went wrong with a resource of some type. Messages that are past their time make room.
func (s *Service) createMessageOf(tx *state.Tx, auth jobAuth, action messageAction, resource, id string, detail messageDetail) {
	now := s.clock.Now()
	s.reapMessages(tx, now)
	s.messages.Put(tx, Message{
		ID: s.ids.UUID(), ProjectID: auth.ProjectID, RequestID: auth.RequestID,
		ResourceType: resource, ResourceUUID: id, Action: action, Detail: detail, Level: messageLevelError,
		CreatedAt: now, ExpiresAt: now.Add(time.Duration(s.cfg.MessageTTL)),
	})
}

// reapAtOnce bounds the work of one transaction; every message that is written may take so many with it.
const reapAtOnce = 100

// reapMessages removes messages that have expired. Upstream does so once a day.
func (s *Service) reapMessages(tx *state.Tx, now time.Time) {
	var expired []string
	for m := range s.messagesByAge.All(tx) {
		if !m.ExpiresAt.Before(now) || len(expired) == reapAtOnce {
			break
		}
		expired = append(expired, m.ID)
	}
	for _, id := range expired {
		s.messages.Delete(tx, id)
	}
}

// messageView is a message on the wire.
type messageView struct {
	ID              string `json:"id"`
	EventID         string `json:"event_id"`
	UserMessage     string `json:"user_message"`
	Level           string `json:"message_level"`
	CreatedAt       stamp  `json:"created_at"`
	GuaranteedUntil stamp  `json:"guaranteed_until"`
	RequestID       string `json:"request_id"`
	Links           []link `json:"links"`
	ResourceType    string `json:"resource_type,omitempty"`
	ResourceUUID    string `json:"resource_uuid,omitempty"`
}

func newMessageView(c *httpapi.Call, m Message) messageView {
	return messageView{
		ID: m.ID, EventID: m.eventID(), UserMessage: m.Action.text() + ":" + m.Detail.text(), Level: m.Level,
		CreatedAt: stamp(m.CreatedAt), GuaranteedUntil: stamp(m.ExpiresAt), RequestID: m.RequestID,
		Links: linksOf(c, "messages", m.ID), ResourceType: m.ResourceType, ResourceUUID: m.ResourceUUID,
	}
}

// messageFields are what messages can be filtered and sorted by: the columns of upstream's table that hold text.
var messageFields = map[string]func(m *Message) string{
	"id":            func(m *Message) string { return m.ID },
	"project_id":    func(m *Message) string { return m.ProjectID },
	"message_level": func(m *Message) string { return m.Level },
	"request_id":    func(m *Message) string { return m.RequestID },
	"resource_type": func(m *Message) string { return m.ResourceType },
	"resource_uuid": func(m *Message) string { return m.ResourceUUID },
	"event_id":      func(m *Message) string { return m.eventID() },
	"detail_id":     func(m *Message) string { return string(m.Detail) },
	"action_id":     func(m *Message) string { return string(m.Action) },
}

// messageOrdering makes comparisons of the fields, and of the times.
func messageOrdering() ordering[Message] {
	known := ordering[Message]{
		"created_at": func(a, b *Message) int { return a.CreatedAt.Compare(b.CreatedAt) },
		"updated_at": func(_, _ *Message) int { return 0 },
		"expires_at": func(a, b *Message) int { return a.ExpiresAt.Compare(b.ExpiresAt) },
	}
	for name, field := range messageFields {
		known[name] = func(a, b *Message) int { return cmp.Compare(field(a), field(b)) }
	}
	return known
}
