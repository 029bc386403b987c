@cinder
Feature: Quotas
  How many volumes, snapshots and gibibytes a project may have, and how many it has.

  @op:cinder.os-quota-sets.show
  Scenario: A member sees their own
    When I send GET "os-quota-sets/{my project}" to Cinder
    Then the answer is 200
    And the answer says:
      | quota_set.id                   | {my project} |
      | quota_set.per_volume_gigabytes | -1           |
    When I try to send GET "os-quota-sets/{a stranger's project}" to Cinder
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:quotas:show to be performed."

  @op:cinder.os-quota-sets.update
  Scenario: Members do not change them
    When I try to send PUT "os-quota-sets/{my project}" to Cinder:
      """
      {"quota_set": {"volumes": 1000}}
      """
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:quotas:update to be performed."

  @op:cinder.os-quota-sets.update @op:cinder.os-quota-sets.delete @op:cinder.os-quota-sets.show @op:keystone.projects.create
  Scenario: A project of its own quota, and back to the defaults
    Given the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}"}}
      """
    When the administrator sends PUT "os-quota-sets/{lab}" to Cinder:
      """
      {"quota_set": {"volumes": 3, "gigabytes": 7}}
      """
    Then the answer says:
      | quota_set.volumes   | 3 |
      | quota_set.gigabytes | 7 |
    When the administrator sends GET "os-quota-sets/{lab}?usage=true" to Cinder
    Then the answer says:
      | quota_set.volumes   | {"in_use":0,"limit":3,"reserved":0} |
      | quota_set.gigabytes | {"in_use":0,"limit":7,"reserved":0} |
    When the administrator sends GET "os-quota-sets/{lab}/defaults" to Cinder
    And "quota_set.volumes" of the answer is called "usual"
    And the administrator sends DELETE "os-quota-sets/{lab}" to Cinder
    And the administrator sends GET "os-quota-sets/{lab}" to Cinder
    Then the answer says:
      | quota_set.volumes | {usual} |

  @op:cinder.os-quota-sets.update
  Scenario Outline: <what> is no quota
    Given the administrator creates "lab" by POST "projects" to Identity:
      """
      {"project": {"name": "{name:lab}"}}
      """
    When the administrator tries to send PUT "os-quota-sets/{lab}" to Cinder:
      """
      {"quota_set": {"volumes": <value>}}
      """
    Then it is refused as a bad request, saying "<message>"

    Examples:
      | what             | value      | message                       |
      | Less than no end | -2         | volumes must be >= -1         |
      | A word           | "many"     | volumes must be an integer    |
      | Too much         | 2147483648 | volumes must be <= 2147483647 |

  @op:cinder.types.create @op:cinder.os-quota-sets.show
  Scenario: A type brings quotas of its own
    Given a volume type "gold"
    When I send GET "os-quota-sets/{my project}" to Cinder
    Then the answer says:
      | quota_set.volumes_{name:gold}   | -1 |
      | quota_set.gigabytes_{name:gold} | -1 |

  @op:cinder.limits.show
  Scenario: Limits tell a project of its own
    When I send GET "limits" to Cinder
    Then the answer is 200
    And the answer says:
      | limits.rate | [] |
