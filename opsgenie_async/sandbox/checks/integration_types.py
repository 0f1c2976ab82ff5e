"""The integration types of the OpenAPI file, by the way alerts come in."""

from __future__ import annotations

from copy import deepcopy

from opsgenie_async.sandbox.account.state import Account, Doc

__all__ = ["AUTHENTICATED", "BY_EMAIL", "BY_KEY", "FLAGS", "TYPES", "address", "defaults"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BY_EMAIL = _words(
    """
    AtlassianBambooEmail AutoTaskEmail AutotaskAEMEmail Email LabTechEmail MonitisEmail NeustarEmail OEMEmail
    Pingdom RedGateSqlMonitorEmail RingCentralEmail UptimeRobotEmail UptrendsEmail ZyrionEmail
    """
)
"""These have an address, of which `emailUsername` is the first part."""

_OUTGOING_ONLY = _words(
    """
    AmazonSnsOutgoing BMCRemedyOnDemand Campfire Flock Flowdock FlowdockV2 HipChat IncomingCall Kore Moxtra
    Planio RingCentralGlip Statusy Webhook
    """
)

BY_KEY = _words(
    """
    API Airbrake AlertLogic AlertSite AmazonCloudTrail AmazonEc2AutoScaling AmazonRds AmazonRoute53HealthCheck
    AmazonSecurityHub AmazonSes AmazonSns Apica Apimetrics AppDynamics AppOptics AppSignal AppSignalV2 Atatus
    Azure AzureAutoScale AzureOMS AzureResourceHealth AzureServiceHealth BMCFootPrintsV11 BMCFootPrintsV12
    BMCRemedy BMCRemedyForce BigPanda Bitbucket BlueMatador Boundary Catchpoint CheckMK Cherwell CircleCi
    Circonus CloudMonix CloudSploit CloudWatch CloudWatchEvents Codeship Compose ConnectWise ConnectWiseAutomate
    ConnectWiseManage ConnectWiseManageV2 Consul CopperEgg Crashlytics DNSCheck Datadog DataloopIO Desk
    Detectify DripStat DynatraceAppMon DynatraceV2 ESWatcher Errorception EvidentIO Freshdesk Freshservice
    GhostInspector GitHub GitLab GoogleStackdriver Grafana GrafanaV2 Graylog HPServiceManager Heartbeat
    HipChatAddOn HipChatV2 Honeybadger HostedGraphite Humio Icinga Icinga2 Instana Jenkins Jira JiraServiceDesk
    Kapacitor Kayako Librato LibreNMS Lightstep Logentries Loggly LogicMonitor Logstash LogzIO Looker Loom
    MSTeams MSTeamsV2 Magentrix ManageEngine Marid Mattermost MongoDBCloud Monitis Nagios NagiosV2 NagiosXI
    NagiosXIV2 Netuitive NewRelic NewRelicV2 NodePing OEC OEM OP5 Observium ObserviumV2 OpsDash OpsGenie Opsview
    PagerDutyCompatibility Panopta Papertrail PingdomV2 PingdomWebhook Pingometer Prometheus Prtg Rackspace
    Raygun Riemann Rigor Rollbar Runscope Ruxit SCOM SalesForceServiceCloud SaltStack Scalyr Scout SematextSpm
    Sensu Sentry ServerDensity ServerGuard24 ServiceNow ServiceNowV2 ServiceNowV3 SignalFXV2 SignalSciences
    Signalfx Site24x7 Slack SlackApp Soasta SolarWindsWebHelpDesk Solarwinds SolarwindsMSPNCentral Splunk
    SplunkITSI StackStorm Stackdriver StatusCake StatusHub StatusIO StatusPageIO StruxureWare SumoLogic
    SysdigCloud ThousandEyes ThreatStack Thundra Tideways Trace TrackIt TravisCI Twilio UpdownIO UptimeRobot
    UptimeWebhook VCSA VCenter VividCortex Wavefront WhatsUpGold Workato XLRelease Xmpp Zabbix Zapier Zendesk
    Zenoss
    """
)
"""These have an API key."""

TYPES = BY_EMAIL | BY_KEY | _OUTGOING_ONLY

AUTHENTICATED = TYPES | {"NewRelicSyntheticsEmail"}
"""What `authenticate` knows: one word more."""

_INCOMING: Doc = {
    "suppressNotifications": False,
    "ignoreTeamsFromPayload": False,
    "ignoreRespondersFromPayload": False,
    "ignoreTagsFromPayload": False,
    "ignoreExtraPropertiesFromPayload": False,
    "isAdvanced": False,
    "responders": [],
    "priority": "",
    "customPriority": "",
    "tags": [],
    "extraProperties": {},
}
_RIGHTS: Doc = {
    "allowReadAccess": True,
    "allowWriteAccess": True,
    "allowDeleteAccess": True,
    "allowConfigurationAccess": False,
}

FLAGS = tuple(name for name, value in (_INCOMING | _RIGHTS).items() if isinstance(value, bool))
"""What an integration that alerts come in through can have switched on or off."""


def defaults(kind: str) -> Doc:
    """The defaults of an integration of *kind*."""
    return deepcopy(_INCOMING if kind in BY_EMAIL else _INCOMING | _RIGHTS if kind in BY_KEY else {})


def address(account: Account, username: str) -> str:
    """The email address for an integration of *account*."""
    return f"{username}@{account.name}.opsgenie.net"
