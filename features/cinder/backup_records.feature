@cinder
Feature: Records of backups
  An administrator exports what Cinder knows of a backup, to import it where that is lost.

  Background:
    Given block storage microversion 3.59
    And an available volume "boot" of 1 GiB
    And I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"

  @op:cinder.backups.export_record @op:cinder.backups.import_record
  Scenario: What is known already is not imported
    When the administrator sends GET "backups/{monday}/export_record" to Cinder
    And "backup-record.backup_service" of the answer is called "service"
    And "backup-record.backup_url" of the answer is called "record"
    And the administrator tries to send POST "backups/import_record" to Cinder:
      """
      {"backup-record": {"backup_service": "{service}", "backup_url": "{record}"}}
      """
    Then it is refused as a bad request, saying "Invalid backup: Backup already exists in database."

  @op:cinder.backups.import_record
  Scenario Outline: No record at all: <what>
    When the administrator tries to send POST "backups/import_record" to Cinder:
      """
      {"backup-record": {"backup_service": "cinder.backup.drivers.posix.PosixBackupDriver", "backup_url": "<record>"}}
      """
    Then it is refused as a bad request, saying "<message>"

    Examples:
      | what          | record       | message                                             |
      | no JSON       | aGVsbG8=     | Invalid input received: Can't parse backup record. |
      | no id         | e30=         | Invalid input received: Provided backup record is missing an id |

  @op:cinder.backups.import_record
  Scenario: Members import none
    When I try to send POST "backups/import_record" to Cinder:
      """
      {"backup-record": {"backup_service": "x", "backup_url": "e30="}}
      """
    Then it is refused as forbidden, saying "Policy doesn't allow backup:backup-import to be performed."

  @op:cinder.backups.list_detail
  Scenario Outline: Backups by <what>
    When I send GET "backups/detail?<query>" to Cinder
    Then the answer says:
      | backups.0.id | <first> |

    Examples:
      | what     | query                                  | first           |
      | name     | name={name:monday}                     | {monday}        |
      | volume   | volume_id={boot}                       | {monday}        |
      | status   | status=available&volume_id={boot}      | {monday}        |
      | another  | status=error&volume_id={boot}          | (no such field) |
