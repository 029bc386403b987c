package cinder

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

const binaryAPI = "cinder-api"

var (
	schemaGetLog    = schema.New(closed(logFields))
	schemaSetLog    = schema.New(closed(logFields.With("level", schema.Dict{{"type", schema.List{"string", "null"}}, {"format", "level"}})))
	schemaLogBinary = schema.Dict{
		{"type", "string"},
		{"enum", schema.List{binaryScheduler, binaryVolume, binaryBackup, binaryAPI, "", "*"}},
	}
	logFields = schema.Dict{{"binary", schemaLogBinary}, {"server", schemaNullableText}, {"prefix", schemaNullableText}}
)

// levelFormat is the string format of schemas that asks for a level of logging.
func levelFormat(v schema.Value) error {
	text, _ := v.(string)
	return asRaised(checkLevel(text))
}

func asRaised(err error) error {
	if err == nil {
		return nil
	}
	return schema.Raise(err)
}

// checkLevel is utils.get_log_method.
func checkLevel(level string) error {
	if !slices.Contains([]string{"DEBUG", "INFO", "WARNING", "ERROR"}, strings.ToUpper(level)) {
		return fail.New(fail.Invalid, "Invalid input received: %s is not a valid log level.", level)
	}
	return nil
}

// loggers are some of what upstream's programs log under; all begin with INFO.
func loggers(binary string) []string {
	names := []string{"cinder", "cinder.context", "cinder.coordination", "cinder.exception", "cinder.policy", "cinder.rpc", "cinder.utils", "oslo_messaging"}
	switch binary {
	case binaryAPI:
		return append(names, "cinder.api", "cinder.api.common", "cinder.api.openstack.wsgi", "cinder.volume.api", "keystonemiddleware.auth_token")
	case binaryScheduler:
		return append(names, "cinder.scheduler.filter_scheduler", "cinder.scheduler.host_manager", "cinder.scheduler.manager")
	case binaryBackup:
		return append(names, "cinder.backup.manager", "os_brick")
	}
	return append(names, "cinder.volume.driver", "cinder.volume.flows.manager.create_volume", "cinder.volume.manager", "cinder.volume.volume_utils", "os_brick")
}

type logIn struct {
	Binary string  `json:"binary"`
	Server *string `json:"server"`
	Prefix *string `json:"prefix"`
	Level  *string `json:"level"`
}

type logLevelsView struct {
	Host   string            `json:"host"`
	Binary string            `json:"binary"`
	Levels map[string]string `json:"levels"`
}

type logLevelsOut struct {
	LogLevels []logLevelsView `json:"log_levels"`
}

// loggingServices are the services that a request is about, the API's own first.
func (s *Service) loggingServices(r state.Reader, in logIn) []runningService {
	server := text(in.Server)
	api := runningService{Binary: binaryAPI, Host: s.controller()}
	api.serviceState, _ = s.services.Get(r, serviceKey(api.Host, api.Binary))
	all := append([]runningService{api}, s.runningServices(r)...)
	return slices.DeleteFunc(all, func(svc runningService) bool {
		return in.Binary != "" && in.Binary != "*" && svc.Binary != in.Binary || server != "" && svc.Host != server && svc.Cluster != server
	})
}

// osServiceGetLog serves PUT /os-services/get-log, since 3.32. API reference: Block Storage v3, "Get Current Log Levels for
// Cinder Services".
func (s *Service) osServiceGetLog(_ *httpapi.Call, in logIn) (logLevelsOut, error) {
	out := logLevelsOut{LogLevels: []logLevelsView{}}
	for _, svc := range s.loggingServices(s.db.View(), in) {
		view := logLevelsView{svc.Host, svc.Binary, map[string]string{}}
		for _, name := range loggers(svc.Binary) {
			if strings.HasPrefix(name, text(in.Prefix)) {
				view.Levels[name] = cmp.Or(svc.Levels[name], "INFO")
			}
		}
		out.LogLevels = append(out.LogLevels, view)
	}
	return out, nil
}

// osServiceSetLog serves PUT /os-services/set-log, since 3.32. API reference: Block Storage v3, "Set Log Level of Cinder
// Services Dynamically".
func (s *Service) osServiceSetLog(c *httpapi.Call) (httpapi.Reply, error) {
	var in logIn
	if err := c.Decode(&in); err != nil {
		return httpapi.Reply{}, err
	}
	if err := checkLevel(text(in.Level)); err != nil {
		return httpapi.Reply{}, err
	}
	err := s.db.Update(func(tx *state.Tx) error {
		for _, svc := range s.loggingServices(tx, in) {
			levels := maps.Clone(svc.Levels)
			if levels == nil {
				levels = map[string]string{}
			}
			for _, name := range loggers(svc.Binary) {
				if strings.HasPrefix(name, text(in.Prefix)) {
					levels[name] = strings.ToUpper(text(in.Level))
				}
			}
			svc.Levels = levels
			s.putService(tx, svc)
		}
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// text is a string that may be null.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
