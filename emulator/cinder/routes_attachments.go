package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/httpapi"

// attachmentRows are attachments, which replace the actions that connect and attach volumes since 3.27.
func attachmentRows() []row {
	const attachments, one = project + "/attachments", project + "/attachments/{id}"
	return []row{
		{
			Op: "cinder.attachments.list", Method: "GET", Path: attachments, Since: "3.27",
			Handle: httpapi.Get((*Service).attachmentList),
		},
		{
			Op: "cinder.attachments.create", Method: "POST", Path: attachments, Since: "3.27", Policy: "volume:attachment_create", Late: true,
			Body:   httpapi.Bodies{{Schema: schemaAttachmentCreate}, {Since: "3.54", Schema: schemaAttachmentCreate354}},
			Handle: httpapi.JSON((*Service).attachmentCreate),
		},
		{
			Op: "cinder.attachments.list_detail", Method: "GET", Path: attachments + "/detail", Since: "3.27",
			Handle: httpapi.Get((*Service).attachmentListDetail),
		},
		{Op: "cinder.attachments.show", Method: "GET", Path: one, Since: "3.27", Handle: httpapi.Get((*Service).attachmentShow)},
		{
			Op: "cinder.attachments.update", Method: "PUT", Path: one, Since: "3.27", Policy: "volume:attachment_update", Late: true,
			Body: httpapi.Schema(schemaAttachmentUpdate), Handle: httpapi.JSON((*Service).attachmentUpdate),
		},
		{
			Op: "cinder.attachments.delete", Method: "DELETE", Path: one, Since: "3.27", Policy: "volume:attachment_delete", Late: true,
			Handle: httpapi.Get((*Service).attachmentDelete),
		},
		{
			Op: "cinder.attachments.os-complete", Method: "POST", Path: one + "/action", Action: "os-complete", Since: "3.44", Success: 204,
			Policy: "volume:attachment_complete", Late: true,
			Body: httpapi.Schema(schemaAttachmentComplete), Handle: httpapi.Do((*Service).attachmentComplete),
		},
	}
}

// connectionRows are the actions of volumes by which hosts were connected before there were attachments.
func connectionRows() []row {
	rows := []row{
		{
			Action: "os-initialize_connection", Policy: "volume_extension:volume_actions:initialize_connection",
			Body: httpapi.Schema(schemaInitializeConnection), Handle: httpapi.JSON((*Service).volumeInitializeConnection),
		},
		{
			Action: "os-terminate_connection", Success: 202, Policy: "volume_extension:volume_actions:terminate_connection",
			Body: httpapi.Schema(schemaTerminateConnection), Handle: httpapi.Do((*Service).volumeTerminateConnection),
		},
		{
			Action: "os-force_detach", Success: 202, Policy: "volume_extension:volume_admin_actions:force_detach",
			Body: httpapi.Schema(schemaForceDetach), Handle: httpapi.Take((*Service).volumeForceDetach),
		},
	}
	for i := range rows {
		rows[i].Op = "cinder.volumes." + rows[i].Action
		rows[i].Method, rows[i].Path, rows[i].Late = "POST", project+"/volumes/{volume_id}/action", true
	}
	return rows
}
